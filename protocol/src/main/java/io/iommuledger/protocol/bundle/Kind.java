package io.iommuledger.protocol.bundle;

import io.iommuledger.protocol.StoredRecord;
import java.util.Arrays;
import java.util.Optional;

/** What a block of a bundle is. In a file they come in this order; the first and the last kind once, the others any number. */
enum Kind {
    MANIFEST(1, 1 << 20, "manifest"),
    CHECKPOINT(2, 1 << 20, "part of the checkpoint"),
    /** Of before the part that was asked for. */
    EARLIER(7, 64 * StoredRecord.MOST_BYTES, "earlier record"),
    /** Some of what was stored before records had a limit is longer than that. */
    RECORD(3, 64 * StoredRecord.MOST_BYTES, "record"),
    /** Of a batch that is cut where the part begins or ends: without it the batch's signature could not be verified. */
    OUTSIDE(10, 64 * StoredRecord.MOST_BYTES, "record of a batch that is cut"),
    SIGNATURE(4, 1 << 12, "signature"),
    PROOF(8, 1 << 20, "part of the proof"),
    LEAVES(9, 1 << 20, "part of the hashes of leaves"),
    ATTACHMENT(5, Attachment.MOST_BYTES + 256, "attachment"),
    END(6, 1 << 10, "end");

    private final byte code;
    private final int mostBytes;
    private final String inWords;

    Kind(int code, int mostBytes, String inWords) {
        this.code = (byte) code;
        this.mostBytes = mostBytes;
        this.inWords = inWords;
    }

    /** Of its payload. */
    int mostBytes() {
        return mostBytes;
    }

    String inWords() {
        return inWords;
    }

    /** As it stands in the file. */
    byte code() {
        return code;
    }

    static Optional<Kind> of(byte code) {
        return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
    }
}
