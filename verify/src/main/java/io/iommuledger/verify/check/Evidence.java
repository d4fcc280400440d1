package io.iommuledger.verify.check;

/** What a finding rests on, as a clause that follows "by". */
public enum Evidence {
    /** Positions are 1, 2, 3 and so on. */
    POSITIONS("the order of positions"),
    /** Sequences of a stream are 0, 1, 2 and so on. */
    SEQUENCES("the order of the stream's sequences"),
    /** A fact says its own sequence and kind, and where an epoch begins and by whom. */
    CONTENT("what the record itself says"),
    /** A host's key signed other bytes. */
    SIGNATURE("the host's signature"),
    /** The root is another. */
    CHECKPOINT("the checkpoint held elsewhere"),
    /** The stored hashes fit that root, and the record does not fit them. */
    PROVEN_HASH("the stored hash of the leaf, which the checkpoint held elsewhere proves"),
    /** The stored hashes fit nothing that is held elsewhere. */
    STORED_HASH("the stored hash of the leaf, which is itself not proven"),
    /** A payload was removed, and what the log tells of removals does not fit. */
    REMOVAL("what the log tells of removed payloads"),
    /** The file does not make sense. */
    FORM("the form of the file");

    private final String words;

    Evidence(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }
}
