package io.iommuledger.verify.check;

import java.util.Optional;

/** That a host's epochs do not mix: each speaks until a newer one does. */
final class HostEpochs {
    private Optional<HostStream> newest = Optional.empty();
    private boolean found;

    void speaks(HostStream stream, long position, Findings findings) {
        long epoch = stream.id().epoch();
        long before = newest.map(known -> known.id().epoch()).orElse(0L);
        if (epoch > before) {
            newest.ifPresent(HostStream::isOver);
            newest = Optional.of(stream);
        } else if (epoch < before && !found) {
            found = true;
            findings.add(Finding.at(
                    position,
                    Evidence.SEQUENCES,
                    stream.id() + " speaks here, behind the beginning of epoch " + before));
        }
    }
}
