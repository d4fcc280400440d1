package io.iommuledger.agent.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.journal.SampleJournal.Recovered;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class JournalPropertiesTest {
    private static final int SEGMENT = 4096;

    /** 0 syncs, negative steps acknowledge so many, positive ones append a record of so many bytes. */
    @Property(tries = 300)
    void itGivesBackExactlyWhatIsDurableAndRemembersWhatIsAcknowledged(
            @ForAll @Size(max = 80) List<@IntRange(min = -4, max = 1500) Integer> steps,
            @ForAll @IntRange(max = 100) int from,
            @ForAll @IntRange(min = 1, max = 30) int most)
            throws IOException {
        MemoryFiles files = new MemoryFiles();
        Journal journal = SampleJournal.begin(files, SEGMENT);
        List<byte[]> appended = new ArrayList<>();
        long stored = 0;
        for (int step : steps) {
            if (step > 0) {
                appended.add(new byte[step]);
                assertThat(journal.append(appended.getLast(), 0, 0)).isEqualTo(appended.size() - 1);
            } else if (step == 0) {
                journal.sync();
                assertThat(journal.log().nextSequence()).isEqualTo(appended.size());
            } else {
                stored = Math.min(stored - step, journal.log().nextSequence());
                journal.log().storedBelow(stored);
            }
        }
        int durable = (int) journal.log().nextSequence();
        assertThat(Records.all(journal.log())).containsExactlyElementsOf(appended.subList(0, durable));
        assertThat(journal.log().firstUnstored()).isEqualTo(stored);
        if (from < durable) {
            EpochLog.Batch batch = journal.log().read(from, most);
            assertThat(batch.firstSequence()).isEqualTo(from);
            assertThat(batch.records())
                    .isNotEmpty()
                    .hasSizeLessThanOrEqualTo(most)
                    .containsExactlyElementsOf(appended.subList(from, (int) batch.nextSequence()));
        }

        Recovered recovered = Recovered.of(files);
        assertThat(recovered.found().damages()).isEmpty();
        assertThat(recovered.payloads())
                .hasSizeGreaterThanOrEqualTo(durable)
                .containsExactlyElementsOf(
                        appended.subList(0, recovered.payloads().size()));
        assertThat(recovered.log().firstUnstored()).isEqualTo(stored);
    }
}
