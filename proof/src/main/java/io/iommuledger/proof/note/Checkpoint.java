package io.iommuledger.proof.note;

import io.iommuledger.proof.Hash;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a log says of its tree.
 *
 * @param origin the log's name, and that of its key
 * @param size   leaves of the tree
 */
public record Checkpoint(String origin, long size, Hash root) {
    private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,18}");
    private static final int LINES = 3;

    /** As it is signed. */
    public String text() {
        return origin + "\n" + size + "\n" + root.toBase64() + "\n";
    }

    /**
     * What a note says; whoever asks has verified it. Lines after the third are passed over.
     *
     * @throws IllegalArgumentException if the note's text is no checkpoint
     */
    public static Checkpoint of(SignedNote note) {
        List<String> lines = note.text().lines().toList();
        if (lines.size() < LINES
                || lines.contains("")
                || !SIZE.matcher(lines.get(1)).matches()) {
            throw new IllegalArgumentException("no checkpoint: one has an origin, a tree's size and its root");
        }
        return new Checkpoint(lines.get(0), size(lines.get(1)), Hash.ofBase64(lines.get(2)));
    }

    private static long size(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("no checkpoint: a tree of " + digits + " leaves is larger than any", e);
        }
    }

    public SignedNote signedBy(SigningKey key) {
        return key.sign(text());
    }
}
