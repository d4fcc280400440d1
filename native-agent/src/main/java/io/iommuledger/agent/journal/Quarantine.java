package io.iommuledger.agent.journal;

import java.io.IOException;

/** Where files go that cannot be taken for what they should be. Nothing is ever deleted there. */
final class Quarantine {
    private static final String DIRECTORY = "quarantine/";

    private Quarantine() {}

    /** A name there that nothing has yet. */
    static String freeName(JournalFiles files, String name) throws IOException {
        String wanted = DIRECTORY + name;
        for (int again = 1; files.exists(wanted); again++) {
            wanted = DIRECTORY + name + "." + again;
        }
        return wanted;
    }
}
