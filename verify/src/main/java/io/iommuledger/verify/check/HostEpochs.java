package io.iommuledger.verify.check;

import io.iommuledger.lifecycle.host.StreamId;

/** That a host's epochs do not mix: each speaks until a newer one does. */
final class HostEpochs {
    private long newest;
    private boolean found;

    void speaks(StreamId stream, long position, Findings findings) {
        if (stream.epoch() > newest) {
            newest = stream.epoch();
        } else if (stream.epoch() < newest && !found) {
            found = true;
            findings.add(Finding.at(
                    position, Evidence.SEQUENCES, stream + " speaks here, behind the beginning of epoch " + newest));
        }
    }
}
