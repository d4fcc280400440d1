package io.iommuledger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What the command line has the query side do about its rows. */
class DeedsTest {
    private static final String RUNNING = """
            {"id":"r1","state":"running","reason":"asked","fold":3,"position":1200000,"goal":4000000,"perSecond":52000,\
            "secondsLeft":54,"askedAt":"2026-11-28T03:14:07.250Z"}""";
    private static final String DONE = """
            {"id":"r1","state":"done","reason":"asked","fold":3,"position":4000000,"goal":4000000,\
            "askedAt":"2026-11-28T03:14:07.250Z","endedAt":"2026-11-28T03:15:07Z"}""";

    @Test
    void followsARebuildToItsEnd() throws IOException {
        try (ScriptedServer server = new ScriptedServer()) {
            server.answers("rebuilds", RUNNING).answers("rebuilds/r1", RUNNING).answers("rebuilds/r1", DONE);
            Ran ran = Ran.piped(() -> true, server, "rebuild");
            assertThat(ran.exit()).isZero();
            assertThat(ran.out()).isEqualTo("rebuild r1: done, at 4,000,000 of 4,000,000\n");
            assertThat(server.asked()).containsExactly("rebuilds", "rebuilds/r1", "rebuilds/r1");
        }
    }

    @Test
    void onlyAsksForARebuildIfItIsToldTo() throws IOException {
        try (ScriptedServer server = new ScriptedServer()) {
            server.answers("rebuilds", RUNNING);
            Ran ran = Ran.piped(() -> true, server, "rebuild", "--no-wait");
            assertThat(ran.exit()).isZero();
            assertThat(ran.out())
                    .isEqualTo("rebuild r1: running, at 1,200,000 of 4,000,000, 52,000 a second, 54 s left\n");
            assertThat(Ran.piped(server, "rebuild", "--no-wait", "--json").out())
                    .isEqualTo(RUNNING + "\n");
        }
    }

    @Test
    void saysWhatIsLeftAfterARetry() throws IOException {
        try (ScriptedServer server = new ScriptedServer()) {
            String path = "dead-letters/rack7/retries";
            server.answers(path, "{\"id\":\"rack7\",\"position\":44,\"taken\":1,\"left\":3,\"reason\":\"no\"}")
                    .answers(path, "{\"id\":\"rack7\",\"position\":44,\"taken\":3,\"left\":0}");
            Ran stuck = Ran.piped(server, "retry", "rack7");
            assertThat(stuck.exit()).isEqualTo(1);
            assertThat(stuck.out()).isEqualTo("1 event taken, 3 events left: no\n");
            Ran healed = Ran.piped(server, "retry", "rack7");
            assertThat(healed.exit()).isZero();
            assertThat(healed.out()).isEqualTo("3 events taken, nothing is left\n");
        }
    }

    @Test
    void deadLettersExitAsThingsThatShouldNotBe() throws IOException {
        try (ScriptedServer server = new ScriptedServer()) {
            server.answers("dead-letters", """
                    {"position":44,"taintedHosts":[],"truncated":false,"deadLetters":[{"id":"rack7","host":"rack7",\
                    "position":41,"stream":"host/rack7/3","sequence":12,"type":"mapping.mapped","reason":"no",\
                    "tries":1,"parkedAt":"2026-11-28T03:14:07.250Z","events":4}]}""");
            Ran ran = Ran.piped(server, "dead-letters");
            assertThat(ran.exit()).isEqualTo(1);
            assertThat(ran.out()).contains("rack7").contains("mapping.mapped");
        }
    }
}
