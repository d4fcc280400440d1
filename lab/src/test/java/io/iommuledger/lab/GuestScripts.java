package io.iommuledger.lab;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** Runs vfio-scripts in a guest through the agent's own port; they travel over the guest's network. */
final class GuestScripts {
    private static final int AT_ONCE = 8;
    private static final String JAVA = "/jre/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto"
            + " --enable-native-access=ALL-UNNAMED -cp '/agent/*' io.iommuledger.agent.script.ScriptMain --kernel linux";

    /** Told of each script whose answers are there. */
    interface Progress {
        void done(String name, int number, int of);
    }

    private GuestScripts() {}

    /** Scripts of a folder: {@code NAME.txt}, by name. */
    static List<Path> of(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
    }

    /** Writes {@code NAME.out} for each. */
    static void run(Guest guest, List<Path> scripts, Path out, Progress progress) throws IOException {
        Files.createDirectories(out);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] file = Files.readAllBytes(scripts.get(
                    Integer.parseInt(exchange.getRequestURI().getPath().substring(1))));
            exchange.sendResponseHeaders(200, file.length);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(file);
            }
        });
        server.start();
        try {
            String base = "http://10.0.2.2:" + server.getAddress().getPort() + "/";
            for (int first = 0; first < scripts.size(); first += AT_ONCE) {
                List<Path> some = scripts.subList(first, Math.min(first + AT_ONCE, scripts.size()));
                run(guest, base, first, some, out);
                for (int i = 0; i < some.size(); i++) {
                    progress.done(name(some.get(i)), first + i + 1, scripts.size());
                }
            }
        } finally {
            server.stop(0);
        }
    }

    private static void run(Guest guest, String base, int first, List<Path> some, Path out) throws IOException {
        List<String> files = new ArrayList<>();
        for (int i = 0; i < some.size(); i++) {
            String file = "/tmp/" + name(some.get(i)) + ".txt";
            guest.run("wget -q -O " + file + " " + base + (first + i));
            files.add(file);
        }
        guest.run(JAVA + " --out /tmp/answers " + String.join(" ", files));
        for (Path script : some) {
            String answers = guest.run("base64 /tmp/answers/" + name(script) + ".out");
            Files.write(
                    out.resolve(name(script) + ".out"), Base64.getMimeDecoder().decode(answers));
        }
    }

    static String name(Path script) {
        return script.getFileName().toString().replaceFirst("\\.txt$", "");
    }
}
