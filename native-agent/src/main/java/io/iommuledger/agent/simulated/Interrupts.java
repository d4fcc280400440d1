package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.IrqInfo;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.evidence.Errno;
import java.util.HashSet;
import java.util.Set;

/** Interrupts of a simulated function, all alike: INTx, one MSI vector, eight MSI-X vectors, ERR and REQ. */
final class Interrupts {

    static final int INDEXES = 5;
    private static final int[] COUNTS = {1, 1, 8, 1, 1};
    private static final int MSIX = 2;

    /** EVENTFD, MASKABLE, AUTOMASKED. */
    private static final int INTX_FLAGS = 7;

    /** EVENTFD, NORESIZE. */
    private static final int OTHER_FLAGS = 9;

    private final KernelVersion kernel;
    private final Set<Integer> armed = new HashSet<>();

    Interrupts(KernelVersion kernel) {
        this.kernel = kernel;
    }

    IrqInfo info(int index) throws KernelRefused {
        if (index < 0 || index >= INDEXES) {
            throw new KernelRefused("VFIO_DEVICE_GET_IRQ_INFO", Errno.EINVAL);
        }
        return new IrqInfo(index, flags(index), COUNTS[index]);
    }

    private int flags(int index) {
        return switch (index) {
            case 0 -> INTX_FLAGS;
            case MSIX -> kernel.msixFlags();
            default -> OTHER_FLAGS;
        };
    }

    void arm(int index) {
        armed.add(index);
    }

    /**
     * {@code DATA_NONE | ACTION_TRIGGER} with count 0. The kernel takes the triggers away and answers 0 if there are
     * any; an index that has none gets EINVAL (drivers/vfio/pci/vfio_pci_intrs.c, {@code vfio_pci_set_*_trigger}).
     */
    void disarm(int index) throws KernelRefused {
        if (!armed.remove(index)) {
            throw new KernelRefused("VFIO_DEVICE_SET_IRQS", Errno.EINVAL);
        }
    }

    void disarmAll() {
        armed.clear();
    }
}
