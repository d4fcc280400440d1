package io.iommuledger.agent.simulated;

/** {@code anon_inode:[vfio-device]}; held by its descriptor and by each BAR window. Holds the file of the group. */
final class DeviceFile extends OpenFile {

    private final SimulatedDevice device;
    private final GroupFile groupFile;

    DeviceFile(SimulatedDevice device, GroupFile groupFile) {
        this.device = device;
        this.groupFile = groupFile;
        groupFile.retain();
        groupFile.group().deviceOpened();
        device.opened();
    }

    SimulatedDevice device() {
        return device;
    }

    @Override
    void closed() {
        device.closed();
        groupFile.group().deviceClosed();
        groupFile.release();
    }
}
