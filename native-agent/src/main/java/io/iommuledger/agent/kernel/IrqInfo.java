package io.iommuledger.agent.kernel;

/** {@code struct vfio_irq_info}: flags EVENTFD 1, MASKABLE 2, AUTOMASKED 4, NORESIZE 8. */
public record IrqInfo(int index, int flags, int count) {}
