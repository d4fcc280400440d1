package io.iommuledger.agent.script;

import io.iommuledger.agent.kernel.GroupFd;

/** A group of a script: its descriptor and the container that it is in. */
final class ScriptGroup {
    static final GroupFd NONE = new GroupFd(-1);
    static final int NOWHERE = -1;

    private final int number;
    GroupFd fd = NONE;
    int container = NOWHERE;

    ScriptGroup(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    boolean open() {
        return fd.number() >= 0;
    }
}
