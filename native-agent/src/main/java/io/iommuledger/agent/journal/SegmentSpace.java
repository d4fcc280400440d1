package io.iommuledger.agent.journal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;

/**
 * Segments made in advance, so that a full disk shows here and never in the middle of a record. One of them is the
 * reserve: while it is there, new things may be begun; when it is all there is, it is for ending what stands.
 */
final class SegmentSpace {
    private static final System.Logger LOG = System.getLogger(SegmentSpace.class.getName());
    private static final String SUFFIX = ".spare";

    private final JournalFiles files;
    private final int segmentBytes;
    private final BooleanSupplier makeSpace;
    private final ArrayDeque<String> ready = new ArrayDeque<>();
    private long made;
    private boolean told;

    /**
     * With what a former epoch made and did not use.
     *
     * @param makeSpace deletes something that is not needed; says whether there was anything
     */
    SegmentSpace(JournalFiles files, int segmentBytes, BooleanSupplier makeSpace) throws IOException {
        this.files = files;
        this.segmentBytes = segmentBytes;
        this.makeSpace = makeSpace;
        for (String name : files.names()) {
            if (names(name)) {
                adopt(name);
            }
        }
    }

    private void adopt(String name) throws IOException {
        long bytes;
        try (JournalFile file = files.open(name)) {
            bytes = file.size();
        }
        if (bytes == segmentBytes) {
            ready.addLast(name);
        } else {
            files.delete(name);
        }
    }

    static boolean names(String file) {
        return file.endsWith(SUFFIX);
    }

    /** Whether as many segments are ready, made now if they were not. */
    boolean prepare(int segments) {
        while (ready.size() < segments) {
            if (!create() && !makeSpace.getAsBoolean()) {
                return false;
            }
        }
        return true;
    }

    /** @throws JournalFull if there is none and none can be made */
    JournalFile take(SegmentHeader header) throws IOException {
        boolean reserveStays = prepare(2);
        String spare = ready.pollFirst();
        if (spare == null) {
            throw new JournalFull("the journal has no space for another segment of " + segmentBytes + " bytes");
        }
        if (!reserveStays) {
            LOG.log(System.Logger.Level.ERROR, "the journal's disk is full; its reserve is in use");
        }
        JournalFile file = files.open(spare);
        file.write(header.encoded(), 0);
        file.force();
        files.rename(spare, SegmentHeader.name(header.epoch(), header.firstSequence()));
        return file;
    }

    private boolean create() {
        while (ready.contains(made + SUFFIX)) {
            made++;
        }
        String name = made + SUFFIX;
        try {
            files.create(name, segmentBytes).close();
            ready.addLast(name);
            made++;
            told = false;
            return true;
        } catch (IOException e) {
            if (!told) {
                LOG.log(System.Logger.Level.WARNING, "a segment of the journal cannot be made: {0}", e.toString());
                told = true;
            }
            return false;
        }
    }
}
