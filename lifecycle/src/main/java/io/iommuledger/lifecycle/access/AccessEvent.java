package io.iommuledger.lifecycle.access;

import java.util.UUID;

/** What one start of a server tells of who read from it, in a stream of its own: {@code access/<instance>}. */
public sealed interface AccessEvent permits AccessBegan, AccessRead, AccessEnded {
    /** Begins the names of these streams. */
    String PREFIX = "access/";

    /** Made up by the server when it starts. */
    UUID instance();

    /** By the server's clock, since 1970. */
    long atNanos();

    static String streamOf(UUID instance) {
        return PREFIX + instance;
    }

    static boolean isStream(String stream) {
        return stream.startsWith(PREFIX);
    }
}
