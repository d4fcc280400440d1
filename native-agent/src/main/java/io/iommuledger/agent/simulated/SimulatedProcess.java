package io.iommuledger.agent.simulated;

/** What one process on the machine has: an address space, descriptors, and an account of locked memory. */
record SimulatedProcess(SimulatedMemory memory, FileTable files, LockedMemory lockedMemory) {

    static SimulatedProcess first() {
        return new SimulatedProcess(new SimulatedMemory(), new FileTable(), new LockedMemory());
    }

    /** A process that was passed all descriptors, as by SCM_RIGHTS, under the same numbers; its address space is empty. */
    SimulatedProcess peer() {
        return new SimulatedProcess(new SimulatedMemory(), files.shared(), lockedMemory.inherited());
    }

    void end() {
        memory.clear();
        files.closeAll();
    }
}
