package io.iommuledger.agent.simulated;

/** {@code /dev/vfio/N}; held by its descriptor and by the file of each open device of the group. */
final class GroupFile extends OpenFile {

    private final SimulatedGroup group;

    GroupFile(SimulatedGroup group) {
        this.group = group;
    }

    SimulatedGroup group() {
        return group;
    }

    @Override
    void closed() {
        group.closed();
    }
}
