package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.FileKind;

/** A file that was opened by its path. */
final class PathFile extends OpenFile {
    private final FileKind kind;
    private final Backing content;

    PathFile(FileKind kind, Backing content) {
        this.kind = kind;
        this.content = content;
    }

    FileKind kind() {
        return kind;
    }

    Backing content() {
        return content;
    }

    /** What is mapped of it outlives it. */
    @Override
    void closed() {}
}
