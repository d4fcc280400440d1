package io.iommuledger.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Some of what was found is kept, however much it is. */
class FindingsTest {
    @Test
    void theFirstOnesAreKeptAndWhatIsCertainWhereverItIs() {
        Findings findings = new Findings();
        for (long position = 5_000; position > 0; position--) {
            findings.add(Finding.at(position, Evidence.REMOVAL, "gone"));
        }
        Finding certain = Finding.at(7_000, Evidence.PROVEN_HASH, "another");
        findings.add(certain);
        for (long position = 5_001; position < 6_000; position++) {
            findings.add(Finding.at(position, Evidence.REMOVAL, "gone"));
        }
        assertThat(findings.count()).isEqualTo(6_000);
        assertThat(findings.list())
                .startsWith(Finding.at(1, Evidence.REMOVAL, "gone"))
                .endsWith(certain);
        assertThat(findings.list()).isSortedAccordingTo((a, b) -> Long.compare(a.first(), b.first()));
        assertThat(findings.list()).extracting(Finding::first).contains(1_000L).doesNotContain(1_001L, 5_000L);
    }

    /** No hash tells of it, so it must not be lost among those that are lower. */
    @Test
    void theFirstPayloadThatIsGoneIsKept() {
        Findings findings = new Findings();
        Finding gone = Finding.gone(5_000, "gone");
        findings.add(Finding.gone(6_000, "gone later"));
        findings.add(gone);
        for (int position = 1; position <= 2_000; position++) {
            findings.add(Finding.at(position, Evidence.SIGNATURE, "not signed"));
        }
        assertThat(findings.list()).hasSize(1_001).endsWith(gone);
    }
}
