package io.iommuledger.protocol.bundle;

/**
 * Something that stands in a bundle beside its records, by name: whoever does not know the name passes over it.
 *
 * @param name for example {@link #LOG_CHECKPOINT}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Attachment(String name, byte[] content) {
    /** The signed checkpoint of the log, as text, in whose tree the proof shows the records. */
    public static final String LOG_CHECKPOINT = "log-checkpoint";

    /** Why there is no proof, as text. */
    public static final String NO_PROOF = "no-proof";

    /** Of the content. */
    public static final int MOST_BYTES = 1 << 20;

    /** So many may be in a bundle. */
    public static final int MOST = 16;

    static final int MOST_NAME_CHARACTERS = 64;
}
