package io.iommuledger.lifecycle.device;

/** Whether the user of a device has let the kernel put it to sleep. */
public enum PowerState {
    ON,
    /** Runtime power management may hold it in D3; its BARs do not answer. */
    LOW
}
