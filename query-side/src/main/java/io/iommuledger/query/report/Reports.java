package io.iommuledger.query.report;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.protocol.Sha256;
import io.iommuledger.query.position.Basis;
import io.iommuledger.query.projection.Tallies;
import io.iommuledger.query.replay.Places;
import io.iommuledger.report.Document;
import io.iommuledger.report.Title;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Writes reports. Each is whole, in a file of its own, before anybody gets a byte of it. */
@Component
class Reports {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Places places;
    private final Tallies tallies;
    private final Reading reading;
    private final ObjectProvider<Section> sections;

    /**
     * A report in a file that has no name and goes with it.
     *
     * @param digest SHA-256 of its bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Written(Period period, FileChannel file, byte[] digest) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    Reports(Places places, Tallies tallies, Reading reading, ObjectProvider<Section> sections) {
        this.places = places;
        this.tallies = tallies;
        this.reading = reading;
        this.sections = sections;
    }

    Period period(Asked asked) {
        Places.Ended ended = places.ended(asked.from(), asked.to(), asked.known(), asked.scope());
        Places.Part part = ended.part();
        Basis basis = places.basis(ended, asked.scope());
        List<String> hosts = asked.scope().hosts().stream().map(HostId::value).toList();
        return new Period(
                asked, part, asked.scope(), basis, new Census(tallies, part.from(), part.to(), hosts), ended.end());
    }

    Written write(Period period, Progress progress) throws IOException {
        FileChannel file = nameless(period.asked().format().word());
        try {
            MessageDigest digest = Sha256.begun();
            OutputStream out = new BufferedOutputStream(
                    new DigestOutputStream(Channels.newOutputStream(file), digest), BUFFER_BYTES);
            write(period, progress, out);
            out.flush();
            places.requireKnown(period.part());
            return new Written(period, file, digest.digest());
        } catch (IOException | RuntimeException failed) {
            file.close();
            throw failed;
        }
    }

    /** A file that is gone when it is closed, or when the process ends in whatever way. */
    private static FileChannel nameless(String ending) throws IOException {
        Path path = Files.createTempFile("iommu-ledger-report", "." + ending);
        try {
            return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } finally {
            Files.delete(path);
        }
    }

    private static String positions(Period period) {
        return period.from() < period.to()
                ? "positions " + (period.from() + 1) + " to " + period.to()
                : "no position behind " + period.to();
    }

    private void write(Period period, Progress progress, OutputStream out) throws IOException {
        Kind kind = period.asked().kind();
        Title title = new Title(
                kind.word(), "IOMMU Ledger: " + kind.title(), kind.subject() + ": " + positions(period) + ".");
        List<Section> all = sections.orderedStream()
                .filter(section -> section.heading().kinds().contains(kind))
                .toList();
        all.forEach(section -> section.await(period));
        try (Document document = progress.watch(period.asked().format().begin(out, title), all.size())) {
            reading.fromOneState(period, () -> {
                for (Section section : all) {
                    document.section(section.heading().id(), section.heading().title());
                    section.write(period, document);
                }
            });
            progress.ending();
        }
    }
}
