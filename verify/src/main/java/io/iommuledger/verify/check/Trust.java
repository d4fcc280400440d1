package io.iommuledger.verify.check;

import io.iommuledger.cli.Reason;
import io.iommuledger.lifecycle.enrolment.Fingerprint;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.verify.source.Unreadable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which keys are a host's, by whoever verifies: a line for each, the host and the fingerprint; # begins a remark. */
public final class Trust {
    private final Map<HostId, Set<Fingerprint>> keys = new HashMap<>();

    private Trust() {}

    /** @throws Unreadable if the file is not there or has another line */
    public static Trust read(Path file) throws Unreadable {
        try {
            return of(file.toString(), Files.readAllLines(file));
        } catch (IOException e) {
            throw new Unreadable("--trust: " + file + " cannot be read: " + Reason.of(e), e);
        }
    }

    static Trust of(String file, List<String> lines) throws Unreadable {
        Trust trust = new Trust();
        int number = 0;
        for (String line : lines) {
            number++;
            String text = line.replaceFirst("#.*", "").strip();
            if (!text.isEmpty()) {
                trust.add(file + ":" + number, text.split("\\s+", -1));
            }
        }
        if (trust.keys.isEmpty()) {
            throw new Unreadable("--trust: " + file
                    + " has no key; a line for each is expected, HOST SHA256:…, as agent --fingerprint prints it");
        }
        return trust;
    }

    private void add(String where, String[] words) throws Unreadable {
        if (words.length != 2) {
            throw new Unreadable(where + ": expected a host and the fingerprint of its key, SHA256:…");
        }
        try {
            keys.computeIfAbsent(new HostId(words[0]), fresh -> new HashSet<>()).add(new Fingerprint(words[1]));
        } catch (IllegalArgumentException wrong) {
            throw new Unreadable(where + ": " + wrong.getMessage(), wrong);
        }
    }

    boolean knows(HostId host) {
        return keys.containsKey(host);
    }

    /** Why a key is not one that is trusted for a host; empty if it is. */
    Optional<String> objection(HostId host, Fingerprint key) {
        Set<Fingerprint> known = keys.get(host);
        if (known == null) {
            return Optional.of("no key is trusted for host " + host + ", and " + key + " signed");
        }
        return known.contains(key)
                ? Optional.empty()
                : Optional.of("key " + key + " is none of those trusted for host " + host);
    }
}
