package io.iommuledger.protocol;

/** Bytes that are no record of this product, or of a newer one that this version cannot read. */
public sealed class MalformedRecord extends RuntimeException permits PayloadRemoved {
    private static final long serialVersionUID = 1L;

    public MalformedRecord(String message) {
        super(message);
    }

    public MalformedRecord(String message, Throwable cause) {
        super(message, cause);
    }
}
