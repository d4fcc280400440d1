package io.iommuledger.agent;

import io.iommuledger.agent.journal.Journal;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How the agent's journal uses its disk. */
public final class JournalOptions {
    private static final int MIB = 1 << 20;
    private static final int MOST_MIB = 1024;

    @Option(
            names = "--journal-segment",
            paramLabel = "MIB",
            converter = SegmentBytes.class,
            description = "Size of one file of the journal; one more is kept in reserve (default: 16).")
    private int segmentBytes = Journal.Settings.DEFAULT.segmentBytes();

    @Option(
            names = "--journal-keep",
            paramLabel = "DURATION",
            converter = Keep.class,
            description =
                    "How long a file of the journal stays after its last write, though the store has all of it, in"
                            + " ISO 8601 (default: PT1H). It goes earlier if its space is needed.")
    private Duration keep = Journal.Settings.DEFAULT.keep();

    public Journal.Settings settings() {
        return new Journal.Settings(segmentBytes, keep);
    }

    private static final class SegmentBytes implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String mib) {
            int number = Integer.parseInt(mib);
            if (number < 1 || number > MOST_MIB) {
                throw new TypeConversionException("'" + mib + "' is not a size of 1 to " + MOST_MIB + " MiB");
            }
            return number * MIB;
        }
    }

    private static final class Keep implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Duration keep = Duration.parse(text);
            if (keep.isNegative()) {
                throw new TypeConversionException("'" + text + "' is negative");
            }
            return keep;
        }
    }
}
