package io.iommuledger.lifecycle.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a refusal probably means depends on what was asked. */
class DiagnosisTest {

    @ParameterizedTest
    @CsvSource({
        "open /srv/ring, 2, ENOENT, no such file on the host",
        "open /srv/ring, 6, ENXIO, a socket",
        "open /srv/ring, 13, EACCES, may not open the file with that access",
        "open /srv/ring, 20, ENOTDIR, no directory",
        "open /srv/ring, 21, EISDIR, names a directory",
        "open /srv/ring, 23, ENFILE, fs.file-max",
        "open /srv/ring, 24, EMFILE, too many files open",
        "open /srv/ring, 26, ETXTBSY, a program that runs",
        "open /srv/ring, 30, EROFS, mounted read-only",
        "open /srv/ring, 36, ENAMETOOLONG, 255 bytes",
        "open /srv/ring, 40, ELOOP, symbolic links",
        "open /srv/ring, 75, EOVERFLOW, too large",
        "mmap, 12, ENOMEM, vm.max_map_count",
        "mmap, 13, EACCES, for reading only",
        "mmap, 19, ENODEV, cannot be mapped",
        "mmap, 75, EOVERFLOW, pass the end",
        "open /dev/vfio/41, 2, ENOENT, a module is not loaded",
        "open /dev/vfio/41, 16, EBUSY, somebody else holds it"
    })
    void eachErrnoOfOpeningAndMappingAFileHasANameAndACause(String call, int number, String name, String cause) {
        KernelEvidence evidence = new KernelEvidence(call, new Errno(number));
        assertThat(evidence.errno().symbol()).isEqualTo(name);
        assertThat(Diagnosis.of(evidence).likelyCause()).contains(cause);
        assertThat(Diagnosis.of(evidence).cure()).isNotEmpty();
    }

    @Test
    void aBarThatCannotBeMappedMayHaveItsDecodingOffOrItsDeviceAsleep() {
        assertThat(Diagnosis.of(new KernelEvidence("VFIO_IOMMU_MAP_DMA", Errno.EFAULT))
                        .likelyCause())
                .contains("memory decoding is off", "low power");
    }

    @Test
    void anErrnoThatNobodyExpectedIsNotExplainedAway() {
        assertThat(Diagnosis.of(new KernelEvidence("mmap", new Errno(131))).likelyCause())
                .isEqualTo("no known cause of E131 from mmap");
    }
}
