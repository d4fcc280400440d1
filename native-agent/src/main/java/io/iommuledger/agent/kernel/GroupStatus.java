package io.iommuledger.agent.kernel;

/** {@code struct vfio_group_status}: flags VIABLE 1, CONTAINER_SET 2. */
public record GroupStatus(int flags) {

    /** Every device of the group is bound to VFIO or to no driver. */
    public boolean viable() {
        return (flags & 1) != 0;
    }

    public boolean containerSet() {
        return (flags & 2) != 0;
    }
}
