package io.iommuledger.lab;

import io.iommuledger.lifecycle.enrolment.Fingerprint;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.standalone.Api;
import io.iommuledger.standalone.SafeScenario;
import io.iommuledger.standalone.SafeScenario.DeviceFile;
import io.iommuledger.standalone.Server;
import io.iommuledger.standalone.Standalone;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** The servers in this process and an agent in a guest that dials in. */
final class LabSystem implements AutoCloseable {
    static final String HOST = "lab";
    /** shm2, alone in its slot. */
    static final String EXPORTER = "0000:05:00.0";
    /** shm0 in sysfs. With no driver: the kernel lets nobody map a BAR through sysfs that a driver has claimed. */
    static final String IDLE = "/sys/bus/pci/devices/0000:01:00.0";

    private static final String EDU = "0000:04:00.0";
    private static final int SHM_BAR = 2;
    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final long POLL_MILLIS = 200;
    private static final int DEVICES = 6;

    private final Standalone server;
    private final Guest guest;
    private final Api api;

    private LabSystem(Standalone server, Guest guest) {
        this.server = server;
        this.guest = guest;
        this.api = new Api(server.server().port(), server.server().port());
    }

    /** @param name of the run, for its guest's folder */
    static LabSystem start(LabKernel kernel, Path data, String name) throws IOException, InterruptedException {
        Standalone server = Standalone.start(
                new Standalone.Settings(data, Server.Rest.local(), "127.0.0.1:0", Standalone.Machine.NONE));
        try {
            return new LabSystem(server, kernel.boot(Path.of("target", "guest-" + name + "-" + kernel)));
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    Guest guest() {
        return guest;
    }

    Api api() {
        return api;
    }

    SafeScenario safeScenario() {
        DeviceFile file = new DeviceFile(IDLE + "/resource2", "none");
        return new SafeScenario(api, HOST, EDU, EXPORTER, SHM_BAR, file, new GuestDma(guest, EXPORTER));
    }

    /**
     * Starts an agent and waits until the servers know its devices.
     *
     * @return its pid in the guest
     */
    long startAgent(String options) {
        long before = epoch();
        String pid = guest.run("agent --connect 10.0.2.2:" + server.server().gatewayPort() + " --host " + HOST
                + " --state /tmp/state " + options + " & echo $!");
        enrol(server.server(), guest, HOST);
        await("hosts", answer -> epoch() > before && running(answer) && devices() >= DEVICES);
        return Long.parseLong(pid.strip());
    }

    /** Lets the guest's agent speak for a host, by the fingerprint that it prints. */
    static void enrol(Server at, Guest guest, String host) {
        String fingerprint = "grep -o 'SHA256:[A-Za-z0-9+/]*' /tmp/agent.log | head -n 1";
        await(guest, "a fingerprint", () -> !guest.tryRun(fingerprint).output().isBlank());
        at.enrol(new HostId(host), new Fingerprint(guest.run(fingerprint).strip()));
    }

    private long epoch() {
        return api.get("hosts").body().path("hosts").path(0).path("epoch").asLong(0);
    }

    private static boolean running(JsonNode hosts) {
        return hosts.path("hosts").path(0).path("epochState").asString("").equals("RUNNING");
    }

    private int devices() {
        return api.get("hosts/" + HOST + "/devices").body().path("devices").size();
    }

    /** Tells the agent to end and waits until it has. */
    void endAgent(long pid) {
        guest.run("kill " + pid);
        awaitInGuest("[ ! -e /proc/" + pid + " ]");
    }

    /** Asks the query side until the answer is as wanted. */
    JsonNode await(String path, Predicate<JsonNode> wanted) {
        JsonNode[] answer = new JsonNode[1];
        await(path, () -> {
            answer[0] = api.get(path).body();
            return wanted.test(answer[0]);
        });
        return answer[0];
    }

    void awaitInGuest(String condition) {
        await(condition, () -> guest.tryRun(condition).exitCode() == 0);
    }

    private void await(String what, BooleanSupplier reached) {
        await(guest, what, reached);
    }

    private static void await(Guest guest, String what, BooleanSupplier reached) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what + " was not reached; the agent says:\n"
                        + guest.tryRun("tail -30 /tmp/agent.log").output());
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (guest) {
            server.close();
        }
    }
}
