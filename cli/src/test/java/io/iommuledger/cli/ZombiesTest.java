package io.iommuledger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.cli.table.Paint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code iommu-ledger zombies} shows: the table, what it rests on, and the exit code. */
class ZombiesTest {
    private static final String BASIS = """
            "position":42,"instant":"2026-11-23T02:08:12.167652046Z","fold":2,"lagNanos":16950549,"skewNanos":0,\
            "completeness":{"state":"complete"},"pinned":"/api/v1/zombies?at=42","taintedHosts":["demo"]""";

    private static final String ORPHANED = """
            {"id":"demo.1-1","host":"demo","context":"1-1","iova":"0x0000002000000000","last":"0x00000020000fffff",\
            "size":1048576,"sizeText":"1 MiB","access":"rw","backing":{"bar":{"device":"0000:3b:00.0","index":0,\
            "offset":"0x0000000000000000","physicalBase":"0x0000383ffa000000"}},"state":"ORPHANED","zombie":true,\
            "exposes":true,"cause":"EXPORTER_RELEASED","source":"INFERRED","since":"2026-11-23T02:08:12.140191655Z",\
            "sincePosition":39,"operation":"01a20629-2f4e-7e73-9e2c-0d7bd0e4a1b2","exporter":"0000:3b:00.0",\
            "importers":["0000:af:00.0","0000:5e:00.0"],"exposedSince":"2026-11-23T02:08:12.140191655Z",\
            "zombieSince":"2026-11-23T02:08:12.140191655Z","permanent":false,"exposure":{"ended":false,"atLeastNanos":0}}""";

    private static final String REVOKED = """
            {"id":"demo.1-2","host":"demo","context":"1-1","iova":"0x0000003000000000","last":"0x0000003000000fff",\
            "size":4096,"sizeText":"4 KiB","access":"r","backing":{"bar":{"device":"0000:3b:00.1","index":2,\
            "offset":"0x0000000000001000","physicalBase":"0x0000383ffc000000"}},"state":"REVOKED","zombie":true,\
            "exposes":false,"cause":"MEMORY_OFF","source":"OBSERVED","since":"2026-11-23T02:08:10.5Z","sincePosition":33,\
            "exporter":"0000:3b:00.1","importers":["0000:af:00.0"],"zombieSince":"2026-11-23T02:08:10.5Z",\
            "permanent":false}""";

    private ScriptedServer server;

    ZombiesTest() throws IOException {
        server = new ScriptedServer();
    }

    @BeforeEach
    void scriptIt() {
        server.answers("zombies", page("false", ORPHANED + "," + REVOKED));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void pipedEverythingIsShownAndWhatItRestsOnStandsBesideIt() {
        Ran ran = Ran.piped(server, "zombies", "--at", "42");
        assertThat(ran.out()).isEqualTo("""
                        STATE      MAPPING   IOVA                 SIZE  EXPORTER      IMPORTERS                       AGE  EXPOSURE        CAUSE              ACCESS  CONTEXT  BACKING                      EPISODE  SINCE                           UNTIL  PRINCIPAL  OPERATION
                        ORPHANED*  demo.1-1  0x0000002000000000  1 MiB  0000:3b:00.0  0000:af:00.0, 0000:5e:00.0  27.4 ms  27.4 ms so far  EXPORTER_RELEASED  rw      1-1      0000:3b:00.0 BAR 0 + 0x0     -        2026-11-23T02:08:12.140191655Z  -      -          01a20629-2f4e-7e73-9e2c-0d7bd0e4a1b2
                        REVOKED    demo.1-2  0x0000003000000000  4 KiB  0000:3b:00.1  0000:af:00.0                 1.66 s  -               MEMORY_OFF         r       1-1      0000:3b:00.1 BAR 2 + 0x1000  -        2026-11-23T02:08:10.5Z          -      -          -
                        """);
        assertThat(ran.err()).isEqualTo("""
                        * inferred: it follows from what the kernel answered; nobody observed it
                        2 zombies as of position 42 (2026-11-23T02:08:12.167652046Z), complete, lag 16.9 ms, host demo TAINTED
                        pinned: %s/api/v1/zombies?at=42
                        """.formatted(server.url()));
        assertThat(ran.exit()).isEqualTo(1);
    }

    @Test
    void aTerminalOfEightyColumnsShowsTheMostImportantOfThem() {
        Ran ran = Ran.terminal(80, server, "zombies", "--at", "42");
        assertThat(ran.out()).isEqualTo("""
                        STATE      MAPPING   IOVA                EXPORTER          AGE
                        ORPHANED*  demo.1-1  0x0000002000000000  0000:3b:00.0  27.4 ms
                        REVOKED    demo.1-2  0x0000003000000000  0000:3b:00.1   1.66 s
                        """);
        assertThat(ran.err()).isEqualTo("""
                        * inferred: it follows from what the kernel answered; nobody observed it
                        left out for want of width: SIZE, IMPORTERS, EXPOSURE, CAUSE, ACCESS, CONTEXT,
                        BACKING, EPISODE, SINCE, UNTIL, PRINCIPAL, OPERATION
                        2 zombies as of position 42 (2026-11-23T02:08:12.167652046Z), complete,
                        lag 16.9 ms, host demo TAINTED
                        pinned: %s/api/v1/zombies?at=42
                        """.formatted(server.url()));
    }

    @Test
    void whatStandsBelowItGoesOnInTheNextLineWhereAPartIsWiderThanTheTerminal() {
        assertThat(Ran.terminal(40, server, "zombies", "--at", "42").err()).isEqualTo("""
                        * inferred: it follows from what the
                        kernel answered; nobody observed it
                        left out for want of width: SIZE,
                        EXPORTER, IMPORTERS, AGE, EXPOSURE,
                        CAUSE, ACCESS, CONTEXT, BACKING,
                        EPISODE, SINCE, UNTIL, PRINCIPAL,
                        OPERATION
                        2 zombies as of position 42
                        (2026-11-23T02:08:12.167652046Z),
                        complete, lag 16.9 ms,
                        host demo TAINTED
                        pinned: %s/api/v1/zombies?at=42
                        """.formatted(server.url()));
    }

    @Test
    void aWiderTerminalShowsMoreAndGoesOnInTheNextLine() {
        assertThat(Ran.terminal(120, server, "zombies", "--at", "42").out()).isEqualTo("""
                        STATE      MAPPING   IOVA                 SIZE  EXPORTER      IMPORTERS                       AGE  EXPOSURE
                        ORPHANED*  demo.1-1  0x0000002000000000  1 MiB  0000:3b:00.0  0000:af:00.0, 0000:5e:00.0  27.4 ms  27.4 ms so far
                        REVOKED    demo.1-2  0x0000003000000000  4 KiB  0000:3b:00.1  0000:af:00.0                 1.66 s  -
                        """);
        assertThat(Ran.terminal(95, server, "zombies", "--at", "42").out()).isEqualTo("""
                        STATE      MAPPING   IOVA                 SIZE  EXPORTER      IMPORTERS                     AGE
                        ORPHANED*  demo.1-1  0x0000002000000000  1 MiB  0000:3b:00.0  0000:af:00.0,             27.4 ms
                                                                                      0000:5e:00.0
                        REVOKED    demo.1-2  0x0000003000000000  4 KiB  0000:3b:00.1  0000:af:00.0               1.66 s
                        """);
    }

    /** Not for how long it has been in the state that it is in. */
    @Test
    void aZombieIsAsOldAsTheStretchInWhichItIsOne() {
        String went = ORPHANED.replace(
                "\"zombieSince\":\"2026-11-23T02:08:12.140", "\"zombieSince\":\"2026-11-23T02:08:02.140");
        String over = REVOKED.replace("\"permanent\"", "\"zombieUntil\":\"2026-11-23T02:08:10.75Z\",\"permanent\"");
        try (ScriptedServer changed = server("zombies", page("false", went + "," + over))) {
            assertThat(Ran.terminal(80, changed, "zombies", "--ever", "--at", "42")
                            .out())
                    .isEqualTo("""
                            STATE      MAPPING   IOVA                EXPORTER         AGE
                            ORPHANED*  demo.1-1  0x0000002000000000  0000:3b:00.0    10 s
                            REVOKED    demo.1-2  0x0000003000000000  0000:3b:00.1  250 ms
                            """);
        }
    }

    @Test
    void agesOfWhatStandsNowCountByTheServersClock() {
        assertThat(Ran.piped(server, "zombies").out().lines().skip(1))
                .allSatisfy(line -> assertThat(line).containsPattern("\\d+ d"));
    }

    @Test
    void onATerminalTheDangerousAreRed() {
        Ran ran = Ran.terminal(new Screen.Size(80, 24), Paint.COLOURS, () -> false, server, "zombies");
        assertThat(ran.out()).contains("\u001b[1;31mORPHANED*\u001b[0m").contains("\u001b[32mREVOKED\u001b[0m");
        assertThat(ran.err()).contains("\u001b[1;31mhost demo TAINTED\u001b[0m");
    }

    @Test
    void jsonIsWhatTheServerSaidAndNothingElse() {
        Ran ran = Ran.piped(server, "zombies", "--json");
        assertThat(ran.out()).isEqualTo(page("false", ORPHANED + "," + REVOKED) + "\n");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.exit()).isEqualTo(1);
    }

    @Test
    void filtersBecomeParametersOfTheSameName() {
        Ran.piped(
                server,
                "zombies",
                "--host",
                "demo",
                "--ever",
                "--exposes=true",
                "--device",
                "0000:3b:00.0",
                "--older-than",
                "2s",
                "--at",
                "2026-11-23T02:08:12Z",
                "--known",
                "40",
                "--limit",
                "7");
        assertThat(server.asked())
                .containsExactly("zombies?at=2026-11-23T02:08:12Z&device=0000:3b:00.0&ever=true&exposes=true&host=demo"
                        + "&known=40&olderThan=2s&limit=7");
    }

    @Test
    void nothingFoundExitsWithZero() {
        try (ScriptedServer quiet = server("zombies", page("false", ""))) {
            Ran ran = Ran.piped(quiet, "zombies");
            assertThat(ran.exit()).isZero();
            assertThat(ran.out()).isEmpty();
            assertThat(ran.err()).startsWith("0 zombies as of position 42");
        }
    }

    /** Whoever looks at the exit code alone must not take it for nothing. */
    @Test
    void nothingFoundBesideANoteExitsWithOne() {
        try (ScriptedServer quiet =
                server("zombies", page("false,\"note\":\"1 mapping of which is not known …\"", ""))) {
            Ran ran = Ran.piped(quiet, "zombies");
            assertThat(ran.err()).contains("1 mapping of which is not known");
            assertThat(ran.exit()).isEqualTo(1);
        }
    }

    /** What is missing may have told of one. */
    @Test
    void nothingFoundWhereFactsAreMissingExitsWithOne() {
        String answer = page("false", "");
        String known = "{\"state\":\"complete\"}";
        try (ScriptedServer gap =
                server("zombies", answer.replace(known, "{\"state\":\"gap\",\"missing\":12,\"gaps\":[]}"))) {
            assertThat(Ran.piped(gap, "zombies").exit()).isEqualTo(1);
        }
        try (ScriptedServer open = server(
                "zombies",
                answer.replace(known, "{\"state\":\"open\",\"openSince\":\"2026-11-23T02:08:12Z\",\"openHosts\":1}"))) {
            assertThat(Ran.piped(open, "zombies").exit()).isZero();
        }
    }

    @Test
    void allPagesAreRead() {
        try (ScriptedServer paged =
                server("zombies", page("true,\"next\":\"abc\"", ORPHANED), page("false", REVOKED))) {
            Ran ran = Ran.piped(paged, "zombies", "--at", "42");
            assertThat(ran.out().lines()).hasSize(3);
            assertThat(paged.asked()).containsExactly("zombies?at=42", "zombies?cursor=abc");
            assertThat(ran.err()).contains("2 zombies as of");
        }
    }

    @Test
    void whatALimitLeavesOutIsSaid() {
        try (ScriptedServer paged = server("zombies", page("true,\"next\":\"abc\"", ORPHANED))) {
            Ran ran = Ran.piped(paged, "zombies", "--limit", "1");
            assertThat(ran.out().lines()).hasSize(2);
            assertThat(ran.err()).contains("1 zombie and more, which --limit left out, as of position 42");
            assertThat(paged.asked()).containsExactly("zombies?limit=1");
        }
    }

    @Test
    void gapsClocksAndSilenceAreSaid() {
        String basis = """
                {"position":7,"instant":"2026-11-23T02:08:12Z","lagNanos":"-1","skewNanos":3600000000000,"completeness":\
                {"state":"gap","missing":12,"gaps":[{"host":"demo","count":12,"cause":"JOURNAL_DAMAGED","why":"",\
                "position":5}]},"pinned":"/api/v1/zombies?at=7","taintedHosts":[],"truncated":false,"zombies":[]}""";
        try (ScriptedServer gap = server("zombies", basis)) {
            assertThat(Ran.piped(gap, "zombies").err())
                    .contains("GAP: 12 facts are missing (12 of demo, JOURNAL_DAMAGED)")
                    .contains("a clock had jumped back 1 h")
                    .doesNotContain("TAINTED");
        }
        String silent = """
                {"position":7,"completeness":{"state":"open","openSince":"2026-11-23T02:08:12Z","openHosts":2},\
                "pinned":"/api/v1/zombies?at=7","taintedHosts":[],"truncated":false,"zombies":[]}""";
        try (ScriptedServer open = server("zombies", silent)) {
            assertThat(Ran.piped(open, "zombies").err()).contains("2 hosts open since 2026-11-23T02:08:12Z");
        }
    }

    @Test
    void watchingOnATerminalStaysInItsPlace() {
        AtomicInteger rounds = new AtomicInteger();
        Ran ran = Ran.terminal(
                new Screen.Size(80, 6), Paint.NONE, () -> rounds.incrementAndGet() < 2, server, "zombies", "--watch");
        String frame = ran.out().substring(0, ran.out().length() / 2);
        assertThat(ran.out()).isEqualTo(frame + frame);
        assertThat(frame).startsWith("\u001b[HSTATE").endsWith("\u001b[J").contains("pinned: ");
    }

    @Test
    void watchingElsewhereAppendsWhatHasChangedOnly() {
        try (ScriptedServer changing = server("zombies", page("false", ORPHANED))) {
            changing.answers("zombies", page("false", ORPHANED));
            changing.answers("zombies", 503, "application/problem+json", behind());
            changing.answers("zombies", page("false", ""));
            AtomicInteger rounds = new AtomicInteger();
            Ran ran = Ran.piped(() -> rounds.incrementAndGet() < 4, changing, "zombies", "--watch");
            assertThat(ran.out().lines().filter(line -> line.startsWith("ORPHANED")))
                    .hasSize(1);
            assertThat(ran.out()).contains("1 zombie as of").contains("0 zombies as of");
            assertThat(changing.asked())
                    .containsExactly("zombies", "zombies?wait=43", "zombies?wait=43", "zombies?wait=43");
        }
    }

    private static ScriptedServer server(String path, String... pages) {
        try {
            ScriptedServer server = new ScriptedServer();
            for (String page : pages) {
                server.answers(path, page);
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String page(String truncated, String zombies) {
        return "{" + BASIS + ",\"truncated\":" + truncated + ",\"zombies\":[" + zombies + "]}";
    }

    private static String behind() {
        return """
                {"type":"/problems/projection-behind","title":"Not available now","status":503,"detail":"not yet"}""";
    }
}
