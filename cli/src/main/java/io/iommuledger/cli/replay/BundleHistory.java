package io.iommuledger.cli.replay;

import io.iommuledger.lifecycle.host.Logged;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.replay.History;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.PayloadRemoved;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.bundle.BundleFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The records of a bundle. */
final class BundleHistory implements History {
    private static final int MOST = 1_000;
    private static final long MOST_BYTES = 4 << 20;

    private final BundleFile file;

    BundleHistory(BundleFile file) {
        this.file = file;
    }

    @Override
    public Part after(long position, long upTo) {
        List<StoredRecord> records;
        try {
            records = file.records(position, upTo, MOST, MOST_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Logged> ofHosts = new ArrayList<>();
        for (StoredRecord record : records) {
            if (StreamId.isStream(record.stream())) {
                ofHosts.add(logged(stream(record), record));
            }
        }
        return new Part(ofHosts, records.isEmpty() ? upTo : records.getLast().position());
    }

    private static StreamId stream(StoredRecord record) {
        try {
            return StreamId.parse(record.stream());
        } catch (IllegalArgumentException e) {
            throw new UncheckedIOException(
                    new IOException("the record of position " + record.position() + " has " + e.getMessage(), e));
        }
    }

    private static Logged logged(StreamId stream, StoredRecord record) {
        try {
            return new Logged(
                    record.position(), stream, Optional.of(FactCodec.decode(record.type(), record.payload())));
        } catch (PayloadRemoved removed) {
            return Logged.removed(record.position(), stream);
        } catch (MalformedRecord unknown) {
            return new Logged(record.position(), stream, Optional.empty());
        }
    }
}
