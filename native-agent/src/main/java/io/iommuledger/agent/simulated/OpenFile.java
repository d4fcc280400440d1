package io.iommuledger.agent.simulated;

/** An open file of the kernel: descriptors, BAR windows and other files hold it, and the last to let go closes it. */
abstract sealed class OpenFile permits ContainerFile, GroupFile, DeviceFile, PathFile {

    private int holders = 1;

    final void retain() {
        holders++;
    }

    final void release() {
        holders--;
        if (holders == 0) {
            closed();
        }
    }

    abstract void closed();
}
