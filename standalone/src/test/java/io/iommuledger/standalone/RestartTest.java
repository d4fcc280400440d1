package io.iommuledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.standalone.Api.Reply;
import io.iommuledger.standalone.Standalone.Machine;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second start on the same data continues where the first one ended. */
class RestartTest {
    @TempDir
    Path data;

    @Test
    void aSecondStartContinuesWhereTheFirstEnded() throws IOException {
        String mapping;
        try (Standalone first = start(Machine.IDLE)) {
            assertThatThrownBy(() -> start(Machine.IDLE)).hasMessageContaining("another instance uses");
            mapping = map(api(first));
        }
        try (Standalone second = start(Machine.IDLE)) {
            String begun = map(api(second));
            assertThat(begun).isEqualTo("demo.2-1");
            long position = api(second).get("events?limit=1").position();
            Reply hosts = api(second).get("hosts?wait=" + position);
            assertThat(hosts.body().path("hosts").path(0).path("epoch").asInt()).isEqualTo(2);
            Reply before = api(second).get("mappings/" + mapping);
            assertThat(before.body().path("mapping").path("state").asString(""))
                    .as(before.body().toString())
                    .isEqualTo("DROPPED");
            assertThat(api(second)
                            .get("events?limit=1")
                            .body()
                            .path("events")
                            .path(0)
                            .path("position")
                            .asInt())
                    .isEqualTo(1);
        }
        try (Standalone third = start(Machine.NONE)) {
            Reply away = api(third).post("hosts/demo/contexts", "{}");
            assertThat(away.status()).isEqualTo(503);
            assertThat(away.text("type")).endsWith("agent-not-connected");
        }
    }

    private Standalone start(Machine machine) throws IOException {
        return Standalone.start(
                new Standalone.Settings(data, Server.Rest.local(), "", machine, Policies.KERNEL, false));
    }

    private static Api api(Standalone running) {
        return new Api(running.server().port(), running.server().port());
    }

    private static String map(Api api) {
        String context =
                "hosts/demo/contexts/" + api.post("hosts/demo/contexts", "{}").text("context");
        assertThat(api.post(context + "/devices", "{\"device\":\"0000:5e:00.0\"}")
                        .status())
                .isEqualTo(201);
        Reply mapped = api.post(
                context + "/mappings", "{\"iova\":0,\"size\":4096,\"access\":\"rw\",\"backing\":{\"memory\":{}}}");
        assertThat(mapped.status()).as(mapped.body().toString()).isEqualTo(201);
        return mapped.text("mapping");
    }
}
