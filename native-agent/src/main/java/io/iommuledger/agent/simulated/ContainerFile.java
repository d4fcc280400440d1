package io.iommuledger.agent.simulated;

/** {@code /dev/vfio/vfio}. */
final class ContainerFile extends OpenFile {

    private final SimulatedContainer container;

    ContainerFile(SimulatedContainer container) {
        this.container = container;
    }

    SimulatedContainer container() {
        return container;
    }

    /** Nothing ends here: groups inside keep the container alive, and with none inside nothing is left in it. */
    @Override
    void closed() {}
}
