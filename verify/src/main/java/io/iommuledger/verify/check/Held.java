package io.iommuledger.verify.check;

import io.iommuledger.cli.Reason;
import io.iommuledger.proof.note.Checkpoint;
import io.iommuledger.proof.note.SignedNote;
import io.iommuledger.verify.source.Unreadable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A checkpoint that is held elsewhere than the log, and a key of the log has signed.
 *
 * @param name of the file
 */
public record Held(String name, Checkpoint checkpoint) {
    /** Of many in one file it is said that one is wanted; what is longer is something else. */
    private static final int MOST_BYTES = 16 << 20;

    /** Line of a signature behind which there is none. */
    private static final Pattern LAST_SIGNATURE = Pattern.compile("(?m)^\u2014 [^\n]*\n(?!\u2014 )");

    /** @throws Unreadable if the file is not there, is no checkpoint, or no key has signed it */
    public static Held read(Path file, LogKeys log) throws Unreadable {
        try {
            // As it is pasted from a mail, or cut out of the command side's file, where an empty line is behind each.
            String text = read(file).replace("\r\n", "\n").stripTrailing() + "\n";
            requireOne(file.toString(), text);
            return of(file.toString(), text.stripLeading(), log);
        } catch (IOException e) {
            throw new Unreadable("--checkpoint: " + file + " cannot be read: " + Reason.of(e), e);
        }
    }

    private static String read(Path file) throws IOException, Unreadable {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new Unreadable(
                        "--checkpoint: " + file + " is no checkpoint: it has more than " + MOST_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** Of several it would have to be guessed which one was meant. */
    private static void requireOne(String name, String text) throws Unreadable {
        Matcher last = LAST_SIGNATURE.matcher(text);
        int count = 0;
        int begin = 0;
        int end = 0;
        while (last.find()) {
            count++;
            begin = end;
            end = last.end();
        }
        if (count > 1) {
            String lines = (lines(text, begin) + 1) + "," + lines(text, end);
            throw new Unreadable(name + " has " + count
                    + " checkpoints, and --checkpoint takes a file with one. Put the one"
                    + " that is meant into a file of its own; the last is in lines " + lines + ": sed -n '" + lines
                    + "p' FILE > ONE. To hold the log against several, give --checkpoint once for each");
        }
    }

    private static long lines(String text, int end) {
        return text.substring(0, end).lines().count();
    }

    static Held of(String name, String text, LogKeys log) throws Unreadable {
        try {
            SignedNote note = SignedNote.parse(text);
            if (!log.signed(note)) {
                throw new Unreadable(name + " is not signed by the log's key, " + log);
            }
            Checkpoint checkpoint = Checkpoint.of(note);
            if (!checkpoint.origin().equals(log.name())) {
                throw new Unreadable(
                        name + " is of the log '" + checkpoint.origin() + "', and the key of '" + log.name() + "'");
            }
            return new Held(name, checkpoint);
        } catch (IllegalArgumentException e) {
            throw new Unreadable(name + " is no checkpoint: " + e.getMessage(), e);
        }
    }

    public long size() {
        return checkpoint.size();
    }
}
