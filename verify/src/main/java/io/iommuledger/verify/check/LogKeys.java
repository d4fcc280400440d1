package io.iommuledger.verify.check;

import io.iommuledger.cli.Reason;
import io.iommuledger.proof.note.SignedNote;
import io.iommuledger.proof.note.VerifierKey;
import io.iommuledger.verify.source.Unreadable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The keys that sign for a log: one behind the other, where it was changed, or one of each of several command sides. */
public final class LogKeys {
    private final List<VerifierKey> keys;

    private LogKeys(List<VerifierKey> keys) {
        this.keys = List.copyOf(keys);
    }

    public static LogKeys of(VerifierKey key) {
        return new LogKeys(List.of(key));
    }

    /**
     * Reads keys.
     *
     * @param given at least one: each is a key, or a file with some, one a line; # begins a remark
     * @throws Unreadable if one is none, or they are not all of the same log
     */
    public static LogKeys read(List<String> given) throws Unreadable {
        List<VerifierKey> keys = new ArrayList<>();
        for (String each : given) {
            try {
                Path file = Path.of(each);
                for (String key : Files.isRegularFile(file) ? lines(file) : List.of(each)) {
                    keys.add(VerifierKey.parse(key));
                }
            } catch (IOException unread) {
                throw new Unreadable("--log-key: " + each + " cannot be read: " + Reason.of(unread), unread);
            } catch (IllegalArgumentException wrong) {
                boolean perhapsFile = !each.contains("+") && !Files.exists(Path.of(each));
                throw new Unreadable(
                        "--log-key: " + wrong.getMessage() + (perhapsFile ? ", and there is no file of that name" : ""),
                        wrong);
            }
        }
        List<String> names = keys.stream().map(VerifierKey::name).distinct().toList();
        if (names.size() > 1) {
            throw new Unreadable("--log-key: these are keys of different logs: " + String.join(", ", names));
        }
        return new LogKeys(keys);
    }

    private static List<String> lines(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        if (lines.isEmpty()) {
            throw new IllegalArgumentException(file + " has no key");
        }
        return lines;
    }

    /** Whether one of them signed it. */
    boolean signed(SignedNote note) {
        return keys.stream().anyMatch(key -> key.verifies(note));
    }

    /** Of the log. */
    String name() {
        return keys.getFirst().name();
    }

    @Override
    public String toString() {
        return keys.stream().map(VerifierKey::toString).collect(Collectors.joining(", "));
    }
}
