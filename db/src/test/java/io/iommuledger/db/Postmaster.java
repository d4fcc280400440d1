package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The processes of an {@link EmbeddedServer}, to be killed and started again as they were, on the same port. */
public final class Postmaster {
    private static final Pattern ARGUMENT = Pattern.compile("\"([^\"]*)\"");
    private static final long PATIENCE_SECONDS = 120;

    private final Path data;
    private final Database.Address address;

    /** @param directory that the server was started on */
    public Postmaster(Path directory, Database.Address address) {
        this.data = directory.resolve("postgresql").toAbsolutePath();
        this.address = address;
    }

    /** The postmaster's end alone: its children finish what they are at before they notice. */
    public void kill() {
        ProcessHandle postmaster = LeftoverServer.running(data).orElseThrow();
        assertThat(postmaster.destroyForcibly()).isTrue();
        postmaster.onExit().join();
    }

    /** The end of all of PostgreSQL at once. */
    public void killAll() {
        ProcessHandle postmaster = LeftoverServer.running(data).orElseThrow();
        List<ProcessHandle> children = postmaster.descendants().toList();
        kill();
        children.forEach(ProcessHandle::destroyForcibly);
        children.forEach(child -> child.onExit().join());
    }

    /** Returns when it answers. A postmaster refuses to start as long as a child of the one before it lives. */
    public void start() throws IOException, InterruptedException {
        List<String> command = command();
        Path log = data.resolve("restarted.log");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        Process started = launch(command, log);
        while (!answers()) {
            assertThat(System.nanoTime()).as(Files.readString(log)).isLessThan(deadline);
            if (!started.isAlive()) {
                started = launch(command, log);
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static Process launch(List<String> command, Path log) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** As PostgreSQL itself noted it when it started. */
    private List<String> command() throws IOException {
        String noted = Files.readString(data.resolve("postmaster.opts"));
        List<String> command = new ArrayList<>();
        // PostgreSQL refuses to run as root; it was started so too.
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(noted.substring(0, noted.indexOf(" \"")));
        Matcher argument = ARGUMENT.matcher(noted);
        while (argument.find()) {
            command.add(argument.group(1));
        }
        return command;
    }

    private boolean answers() {
        Database.Login login = address.service();
        try (Connection connection = DriverManager.getConnection(address.url(), login.user(), login.password())) {
            return connection.isValid(1);
        } catch (SQLException notYet) {
            return false;
        }
    }
}
