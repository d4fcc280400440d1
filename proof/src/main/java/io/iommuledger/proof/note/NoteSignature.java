package io.iommuledger.proof.note;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * One line below a note.
 *
 * @param name of the key
 * @param id   of the key
 */
@SuppressWarnings("ArrayRecordComponent") // compared by the line that it makes
public record NoteSignature(String name, int id, byte[] signature) {
    private static final String DASH = "\u2014 ";

    /** With its newline. */
    public String line() {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES + signature.length)
                .putInt(id)
                .put(signature)
                .array();
        return DASH + name + " " + Base64.getEncoder().encodeToString(bytes) + "\n";
    }

    /** Empty if the line, without its newline, is none of a signature. */
    static Optional<NoteSignature> parse(String line) {
        int space = line.lastIndexOf(' ');
        if (!line.startsWith(DASH) || space <= DASH.length()) {
            return Optional.empty();
        }
        try {
            String name = KeyName.require(line.substring(DASH.length(), space));
            byte[] bytes = Base64.getDecoder().decode(line.substring(space + 1));
            if (bytes.length <= Integer.BYTES) {
                return Optional.empty();
            }
            NoteSignature read = new NoteSignature(
                    name, ByteBuffer.wrap(bytes).getInt(), Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length));
            return read.line().equals(line + "\n") ? Optional.of(read) : Optional.empty();
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
    }
}
