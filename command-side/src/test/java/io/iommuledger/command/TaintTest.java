package io.iommuledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.command.CommandSideRig.Reply;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.host.Policies;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Whoever is refused something about a host is told its taint all the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TaintTest {
    private static final List<String> REFUSED_UNSEEN = List.of(
            "hosts/HOST/contexts/none/devices",
            "hosts/HOST/contexts/1-9/devices",
            "hosts/HOST/regions",
            "hosts/HOST/devices/none/resets",
            "hosts/HOST/no-such-thing",
            "mappings/HOST.1-none/restore",
            "alarms/HOST.a9/acknowledgement",
            "alarms/HOST.1-9/acknowledgement");

    private CommandSideRig rig;

    @BeforeAll
    void start(@TempDir Path directory) {
        rig = new CommandSideRig(directory);
    }

    @AfterAll
    void stop() {
        rig.close();
    }

    @Test
    void ofAConnectedHost() throws Exception {
        try (FakeAgent weak = begun("weak", Policies.KERNEL);
                FakeAgent strong = begun("strong", Policies.DEFAULT)) {
            for (String path : REFUSED_UNSEEN) {
                assertTaint(path, "weak", "true");
                assertTaint(path, "strong", "false");
                assertTaint(path, "nowhere", "");
            }
            for (String host : List.of("weak", "strong")) {
                assertThat(rig.get("hosts/" + host + "/key").join().text("tainted"))
                        .isEqualTo(host.equals("weak") ? "true" : "false");
            }
            assertThat(rig.post("hosts/weak/moves", "{\"machineId\":\"" + FakeAgent.MACHINE + "\"}")
                            .join()
                            .text("tainted"))
                    .isEqualTo("true");
            assertThat(weak.ended.isDone() || strong.ended.isDone()).isFalse();
        }
    }

    @Test
    void ofAHostWhoseAgentIsAway() throws Exception {
        begun("away-weak", Policies.KERNEL).close();
        begun("away-strong", Policies.DEFAULT).close();
        try (FakeAgent relaxed = begun("away-relaxed", Policies.DEFAULT)) {
            relaxed.send(1, new PoliciesChanged(Policies.KERNEL), new PoliciesChanged(Policies.DEFAULT));
            relaxed.storedBelow(3);
        }
        // No session of before is open any more then, noticed or not.
        rig.restart();
        for (String path : List.of("hosts/HOST/contexts", "hosts/HOST/regions")) {
            assertTaint(path, "away-weak", "true");
            assertTaint(path, "away-strong", "false");
            assertTaint(path, "away-relaxed", "true");
        }
    }

    private FakeAgent begun(String host, Policies policies) {
        UUID instance = UUID.randomUUID();
        FakeAgent agent = rig.dial(host, 1, instance);
        assertThat(agent.welcomed()).isZero();
        agent.send(
                0,
                new EpochBegan(
                        instance, FakeAgent.MACHINE, "boot", "6.1", "test", policies, false, -1, Optional.empty()));
        agent.storedBelow(1);
        return agent;
    }

    private void assertTaint(String path, String host, String tainted) throws Exception {
        Reply reply = rig.post(path.replace("HOST", host), "").get(15, TimeUnit.SECONDS);
        assertThat(reply.status()).as(path).isIn(400, 404, 409, 503);
        assertThat(reply.body().path("tainted").asString(""))
                .as("%s of %s: %s", path, host, reply.body())
                .isEqualTo(tainted);
    }
}
