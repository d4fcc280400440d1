package io.iommuledger.standalone;

import io.iommuledger.command.proof.Witness;
import io.iommuledger.proof.note.SigningKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What is signed of the log, and who is told. */
final class SigningOptions {
    @Option(
            names = "--log-name",
            paramLabel = "NAME",
            converter = LogName.class,
            description =
                    "What the log is called in its signed checkpoints, such as ledger.example/log. It is said once:"
                            + " the first name stays (default: one that is made up).")
    private String name = "";

    @Option(
            names = "--witness",
            paramLabel = "[KEY@]URL",
            converter = WitnessText.class,
            description = "Who is sent every checkpoint, as C2SP's tlog-witness; with the key that its cosignatures are"
                    + " checked with. May be given several times.")
    private List<String> witnesses = new ArrayList<>();

    @Option(
            names = "--checkpoint-events",
            paramLabel = "N",
            description = "Sign a checkpoint after so many events (default: ${DEFAULT-VALUE}).")
    private long events = Server.Signing.EVENTS;

    @Option(
            names = "--checkpoint-seconds",
            paramLabel = "T",
            description = "Sign a checkpoint after so long, if there was any event (default: ${DEFAULT-VALUE}).")
    private long seconds = Server.Signing.SECONDS;

    /** One with which checkpoints can be signed: the first that a log is given stays. */
    static final class LogName implements ITypeConverter<String> {
        @Override
        public String convert(String name) {
            return checked(name, SigningKey::requireName);
        }
    }

    static final class WitnessText implements ITypeConverter<String> {
        @Override
        public String convert(String witness) {
            return checked(witness, Witness::parse);
        }
    }

    private static String checked(String value, Consumer<String> check) {
        try {
            check.accept(value);
            return value;
        } catch (IllegalArgumentException wrong) {
            throw new TypeConversionException(wrong.getMessage());
        }
    }

    /** @param state directory of the log's key; empty: nothing is signed */
    Server.Signing settings(String state) {
        return new Server.Signing(state, name, witnesses, events, seconds);
    }
}
