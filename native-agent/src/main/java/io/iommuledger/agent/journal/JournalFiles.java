package io.iommuledger.agent.journal;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** What a journal asks of its directory. Names may lie in one directory below it: {@code quarantine/NAME}. */
public interface JournalFiles {

    /** Names of the files right in the directory, in order. */
    List<String> names() throws IOException;

    /**
     * Makes a file of zeros that has all its space. When it returns, file and name are there for good.
     *
     * @throws IOException if there is no space for it, or it cannot be had for another reason; nothing is left of it then
     */
    JournalFile create(String name, long bytes) throws IOException;

    JournalFile open(String name) throws IOException;

    /** When it returns, the file has its new name for good. */
    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    boolean exists(String name) throws IOException;

    /** When the file was last written. */
    Instant written(String name) throws IOException;
}
