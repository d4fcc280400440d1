package io.iommuledger.agent.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.journal.SampleJournal.Recovered;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Fault F4: one bit anywhere in a journal's segments is turned. */
@Tag("fault")
class BitFlipsTest {
    private static final int FLIPS = Faults.count(1_000);
    private static final int FLIPS_OF_A_JOURNAL = 50;
    private static final int RECORDS = 40;

    @Test
    void everyOneIsFoundAndNothingIsFoundWhereThereIsNone() throws IOException {
        SplittableRandom random = new SplittableRandom(4);
        SampleJournal sample = new SampleJournal(random, RECORDS, 4096, 200);
        for (int i = 0; i < FLIPS; i++) {
            if (i % FLIPS_OF_A_JOURNAL == 0) {
                sample = new SampleJournal(random, RECORDS, 4096, 200);
            }
            clean(sample);
            flipped(sample, random);
        }
        Faults.borne("F4 turned bits found", FLIPS, FLIPS);
        Faults.borne("F4 clean journals without alarm", FLIPS, FLIPS);
    }

    private static void clean(SampleJournal sample) throws IOException {
        Recovered recovered = Recovered.of(sample.files.copy());
        assertThat(recovered.found().damages()).isEmpty();
        assertThat(recovered.payloads()).containsExactlyElementsOf(sample.payloads);
    }

    private static void flipped(SampleJournal sample, SplittableRandom random) throws IOException {
        MemoryFiles files = sample.files.copy();
        long stored = random.nextInt(RECORDS + 1);
        new Acknowledgement(files, SampleJournal.EPOCH).write(stored);
        List<String> segments = sample.segments();
        String segment = segments.get(random.nextInt(segments.size()));
        long bit = random.nextLong(files.size(segment) * Byte.SIZE);
        files.flip(segment, bit);

        Recovered recovered = Recovered.of(files);
        String where = "bit %d of %s, stored below %d".formatted(bit, segment, stored);
        int taken = recovered.payloads().size();
        assertThat(recovered.found().damages()).as(where).hasSize(1);
        Damage damage = recovered.found().damages().getFirst();
        assertThat(recovered.payloads()).as(where).containsExactlyElementsOf(sample.payloads.subList(0, taken));
        assertThat(Records.all(recovered.log())).as(where).hasSize(taken);
        if (damage.fate() == Damage.Fate.CUT) {
            assertThat(taken).as(where).isGreaterThanOrEqualTo((int) stored).isGreaterThanOrEqualTo(RECORDS - 1);
        } else {
            assertThat(damage.records()).as(where).isEqualTo(RECORDS - taken);
            assertThat(damage.stored()).as(where).isEqualTo(Math.max(0, stored - taken));
            assertThat(files.all()).as(where).anyMatch(name -> name.startsWith("quarantine/"));
        }
        assertThat(Recovered.of(files).found().damages())
                .as(where + ", the second time")
                .isEmpty();
    }
}
