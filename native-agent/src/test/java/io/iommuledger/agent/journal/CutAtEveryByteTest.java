package io.iommuledger.agent.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.journal.SampleJournal.Recovered;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Fault F2: the journal ends at any byte of its last three records. */
@Tag("fault")
class CutAtEveryByteTest {
    private static final int RECORDS = 20;
    private static final int LAST = 3;
    private static final int JOURNALS = Faults.count(5);

    @Test
    void exactlyTheWholeRecordsAreTaken() throws IOException {
        long offsets = 0;
        for (int seed = 1; seed <= JOURNALS; seed++) {
            SampleJournal sample = new SampleJournal(new SplittableRandom(seed), RECORDS, 1 << 16, 300);
            int[] ends = ends(sample);
            for (int cut = ends[RECORDS - LAST]; cut <= ends[RECORDS]; cut++) {
                check(sample, ends, cut);
                offsets++;
            }
        }
        Faults.borne("F2 journal cut at every byte of its last three records", offsets, offsets);
    }

    /** Where each record ends; the first number is where the first begins. */
    private static int[] ends(SampleJournal sample) {
        int[] ends = new int[RECORDS + 1];
        ends[0] = SegmentHeader.BYTES;
        for (int i = 0; i < RECORDS; i++) {
            ends[i + 1] = ends[i] + JournalRecord.PAYLOAD + sample.payloads.get(i).length;
        }
        return ends;
    }

    private static void check(SampleJournal sample, int[] ends, int cut) throws IOException {
        MemoryFiles files = sample.files.copy();
        try (JournalFile segment = files.open(sample.segments().getFirst())) {
            segment.truncate(cut);
        }
        int whole = RECORDS;
        while (ends[whole] > cut) {
            whole--;
        }
        Recovered recovered = Recovered.of(files);
        assertThat(recovered.payloads())
                .as("cut at %d", cut)
                .containsExactlyElementsOf(sample.payloads.subList(0, whole));
        assertThat(recovered.log().nextSequence()).isEqualTo(whole);
        assertThat(Records.all(recovered.log())).containsExactlyElementsOf(sample.payloads.subList(0, whole));
        assertThat(recovered.found().damages()).as("cut at %d", cut).allSatisfy(damage -> {
            assertThat(damage.fate()).isEqualTo(Damage.Fate.CUT);
            assertThat(damage.records()).isOne();
            assertThat(damage.firstSequence()).isEqualTo(recovered.payloads().size());
        });
        assertThat(Recovered.of(files).found().damages()).as("the second time").isEmpty();
    }
}
