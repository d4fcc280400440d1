package io.iommuledger.verify;

import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.verify.check.BundleVerifier;
import io.iommuledger.verify.check.Held;
import io.iommuledger.verify.check.Report;
import io.iommuledger.verify.check.Trust;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Bundles of a log, and a checkpoint of it that they are held against. */
abstract class HeldBundles {
    static final SampleLog LOG = new SampleLog(11, 400);

    static final long FROM = 100;

    static final long TO = 300;

    @TempDir
    Path directory;

    Held held;

    @BeforeEach
    void hold() throws Exception {
        held = held(LOG.checkpoint(LOG.records.size()));
    }

    Held held(String checkpoint) throws Exception {
        Path file = Files.writeString(directory.resolve("mail.txt"), checkpoint);
        return Held.read(file, SampleLog.KEYS);
    }

    static SampleBundle ofHost() throws Exception {
        return new SampleBundle(LOG, FROM, TO, Optional.of("a"));
    }

    static SampleBundle ofEverything() throws Exception {
        return new SampleBundle(LOG, FROM, TO, Optional.empty());
    }

    Report verified(SampleBundle bundle) throws Exception {
        return verified(bundle.written(), Optional.empty());
    }

    Report verified(byte[] bytes, Optional<Trust> trust) throws Exception {
        return BundleVerifier.verify(Files.write(directory.resolve("bundle"), bytes), List.of(held), trust);
    }

    static StoredRecord with(StoredRecord record, long storedAt, byte[] payload) {
        return new StoredRecord(
                record.position(),
                record.stream(),
                record.sequence(),
                record.type(),
                record.version(),
                storedAt,
                payload);
    }
}
