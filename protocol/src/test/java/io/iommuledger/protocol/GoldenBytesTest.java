package io.iommuledger.protocol;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.operation.OperationEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The bytes of every event type, pinned: one file {@code golden/<day of the layout>/<type>.v<version>.hex} each. History
 * is never encoded again, so a file that stands is never changed. For a new type, add an example and write its file with
 * {@code mvn -pl protocol test -Dgolden.write=true}, which creates what is missing and overwrites nothing. When an
 * existing type gets a field, a new day begins, and the older days are only read.
 */
class GoldenBytesTest {

    private static final Path FILES = Path.of("src", "test", "resources", "golden", "2026-11-25");
    private static final Path FIRST = FILES.resolveSibling("2026-11-22");
    private static final Path SECOND = FILES.resolveSibling("2026-11-23");
    private static final Path LATER = FILES.resolveSibling("2026-11-29");
    private static final int LINE = 64;

    private static final Map<String, byte[]> EXAMPLES = new TreeMap<>(Stream.concat(
                    Examples.FACTS.stream()
                            .map(fact -> Map.entry(EventTypes.of(fact), FactCodec.encode(stamped(fact)))),
                    Examples.OPERATIONS.stream()
                            .map(event -> Map.entry(EventTypes.of(event), OperationCodec.encode(event))))
            .collect(toMap(entry -> file(entry.getKey(), EventTypes.version(entry.getKey())), Map.Entry::getValue)));

    private static RecordedFact stamped(Fact fact) {
        return new RecordedFact(
                new Stamp(28, 1_767_225_600_123_456_789L, 86_400_000_000_001L, Optional.of(Examples.OPERATION)), fact);
    }

    @BeforeAll
    static void writeWhatIsMissingIfAsked() throws IOException {
        if (Boolean.getBoolean("golden.write")) {
            for (Map.Entry<String, byte[]> example : EXAMPLES.entrySet()) {
                write(FILES.resolve(example.getKey()), example.getValue());
            }
            for (Fact fact : Examples.LATER_FACTS) {
                write(later(fact), FactCodec.encode(stamped(fact)));
            }
            write(laterOperation(), OperationCodec.encode(Examples.LATER_OPERATION));
        }
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        if (Files.notExists(file)) {
            Files.createDirectories(file.resolveSibling(""));
            Files.writeString(file, text(bytes));
        }
    }

    private static Path laterOperation() {
        String type = EventTypes.of(Examples.LATER_OPERATION);
        return LATER.resolve(file(type, EventTypes.version(type)));
    }

    private static Path later(Fact fact) {
        String type = EventTypes.of(fact);
        return LATER.resolve(file(type, EventTypes.version(type)));
    }

    @Test
    void fieldsThatCameLaterAreWrittenAndReadAsTheyWere() throws IOException {
        for (Fact fact : Examples.LATER_FACTS) {
            assertThat(text(FactCodec.encode(stamped(fact)))).isEqualTo(Files.readString(later(fact)));
            assertThat(FactCodec.decode(pinned(LATER, later(fact).getFileName().toString())))
                    .isEqualTo(stamped(fact));
        }
        assertThat(text(OperationCodec.encode(Examples.LATER_OPERATION))).isEqualTo(Files.readString(laterOperation()));
        assertThat(OperationCodec.decode(
                        pinned(LATER, laterOperation().getFileName().toString())))
                .isEqualTo(Examples.LATER_OPERATION);
    }

    @Test
    void everyEventTypeHasAnExample() {
        assertThat(Examples.FACTS)
                .extracting(Object::getClass)
                .containsExactlyInAnyOrderElementsOf(classes(Fact.class));
        assertThat(Examples.OPERATIONS)
                .extracting(Object::getClass)
                .containsExactlyInAnyOrderElementsOf(classes(OperationEvent.class));
    }

    @Test
    void everyExampleHasItsFileAndNoFileIsLeftOver() throws IOException {
        try (Stream<Path> files = Files.list(FILES)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(EXAMPLES.keySet());
        }
    }

    @Test
    void everyEventIsWrittenAsItEverWas() throws IOException {
        for (Map.Entry<String, byte[]> example : EXAMPLES.entrySet()) {
            assertThat(text(example.getValue()))
                    .as(example.getKey())
                    .isEqualTo(Files.readString(FILES.resolve(example.getKey())));
        }
    }

    @Test
    void theBytesThatStandAreReadAsTheyWereMeant() throws IOException {
        assertRead(FILES, EventTypes::version, Examples.FACTS, Examples.OPERATIONS);
    }

    @Test
    void whatTheSecondLayoutWroteIsStillRead() throws IOException {
        assertRead(SECOND, type -> EventTypes.REVISION, Examples.SECOND_FACTS, Examples.FIRST_OPERATIONS);
    }

    @Test
    void whatTheFirstLayoutWroteIsStillRead() throws IOException {
        assertRead(FIRST, type -> EventTypes.REVISION, Examples.FIRST_FACTS, Examples.FIRST_OPERATIONS);
    }

    private static void assertRead(
            Path files, UnaryOperator<String> version, List<Fact> facts, List<OperationEvent> operations)
            throws IOException {
        for (Fact fact : facts) {
            String type = EventTypes.of(fact);
            assertThat(FactCodec.decode(pinned(files, file(type, version.apply(type)))))
                    .isEqualTo(stamped(fact));
        }
        for (OperationEvent event : operations) {
            String type = EventTypes.of(event);
            assertThat(OperationCodec.decode(pinned(files, file(type, version.apply(type)))))
                    .isEqualTo(event);
        }
    }

    private static String file(String type, String version) {
        return type + ".v" + version + ".hex";
    }

    private static byte[] pinned(Path files, String name) throws IOException {
        String text = Files.readString(files.resolve(name));
        return HexFormat.of().parseHex(text.replace("\n", ""));
    }

    private static String text(byte[] bytes) {
        String hex = HexFormat.of().formatHex(bytes);
        return Stream.iterate(0, from -> from < hex.length(), from -> from + LINE)
                .map(from -> hex.substring(from, Math.min(hex.length(), from + LINE)) + "\n")
                .collect(Collectors.joining());
    }

    private static List<Class<?>> classes(Class<?> family) {
        return AnyValue.leaves(family).<Class<?>>map(Function.identity()).toList();
    }
}
