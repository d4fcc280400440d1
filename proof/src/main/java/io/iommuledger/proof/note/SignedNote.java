package io.iommuledger.proof.note;

import java.util.ArrayList;
import java.util.List;

/**
 * A text and the signatures below it. What it says counts only once a known key has verified it.
 *
 * @param text ends with a newline
 */
public record SignedNote(String text, List<NoteSignature> signatures) {
    private static final int MOST_CHARACTERS = 1 << 20;
    private static final int MOST_SIGNATURES = 100;

    public SignedNote {
        signatures = List.copyOf(signatures);
    }

    static SignedNote of(String text, NoteSignature signature) {
        if (!text.endsWith("\n") || !fit(text)) {
            throw new IllegalArgumentException("a note's text ends with a newline and has no other control characters");
        }
        return new SignedNote(text, List.of(signature));
    }

    /** @throws IllegalArgumentException if it is no signed note */
    public static SignedNote parse(String note) {
        int end = note.lastIndexOf("\n\n");
        if (note.length() > MOST_CHARACTERS || end < 0 || !note.endsWith("\n") || !fit(note)) {
            throw new IllegalArgumentException("no signed note: one is a text, an empty line, and signatures");
        }
        List<NoteSignature> signatures = signatures(note.substring(end + 2));
        if (signatures.isEmpty()) {
            throw new IllegalArgumentException("no signed note: it has no signature");
        }
        return new SignedNote(note.substring(0, end + 1), signatures);
    }

    /**
     * The signatures in lines, such as a witness answers.
     *
     * @throws IllegalArgumentException if a line is none of a signature
     */
    public static List<NoteSignature> signatures(String lines) {
        List<String> each = lines.lines().toList();
        if (each.size() > MOST_SIGNATURES) {
            throw new IllegalArgumentException(each.size() + " signatures; " + MOST_SIGNATURES + " are looked at");
        }
        return each.stream()
                .map(line -> NoteSignature.parse(line)
                        .orElseThrow(() -> new IllegalArgumentException("'" + line + "' is no line of a signature")))
                .toList();
    }

    /** The note with further signatures. */
    public SignedNote with(List<NoteSignature> further) {
        List<NoteSignature> all = new ArrayList<>(signatures);
        all.addAll(further);
        return new SignedNote(text, all);
    }

    @Override
    public String toString() {
        StringBuilder note = new StringBuilder(text).append('\n');
        signatures.forEach(signature -> note.append(signature.line()));
        return note.toString();
    }

    private static boolean fit(String text) {
        return text.chars().noneMatch(c -> (c < ' ' && c != '\n') || c == 0xfffd);
    }
}
