package io.iommuledger.verify.check;

import io.iommuledger.proof.note.Checkpoint;
import io.iommuledger.proof.note.SignedNote;
import io.iommuledger.proof.note.VerifierKey;
import io.iommuledger.verify.source.Unreadable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A checkpoint that is held elsewhere than the log, and the log's key has signed.
 *
 * @param name of the file
 */
public record Held(String name, Checkpoint checkpoint) {

    /** @throws Unreadable if the file is not there, is no checkpoint, or the key has not signed it */
    public static Held read(Path file, VerifierKey log) throws Unreadable {
        try {
            String text = Files.readString(file).replace("\r\n", "\n");
            return of(file.toString(), text.endsWith("\n") ? text : text + "\n", log);
        } catch (IOException e) {
            throw new Unreadable(file + " cannot be read: " + e, e);
        }
    }

    static Held of(String name, String text, VerifierKey log) throws Unreadable {
        try {
            SignedNote note = SignedNote.parse(text);
            if (!log.verifies(note)) {
                throw new Unreadable(name + " is not signed by the log's key " + log);
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
