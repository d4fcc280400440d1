package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.FileFd;
import io.iommuledger.agent.kernel.FileKind;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.operation.AgentReason;
import java.util.HashMap;
import java.util.Map;

/** The agent's own memory behind its mappings, given back with the last mapping that stands on it. */
final class Allocations {
    private static final System.Logger LOG = System.getLogger(Allocations.class.getName());

    /** One {@code mmap}. */
    static final class Allocation {
        private final long vaddr;
        private final long bytes;
        private final boolean writable;
        private final boolean kept;
        private int users;

        private Allocation(long vaddr, long bytes, boolean writable, boolean kept) {
            this.vaddr = vaddr;
            this.bytes = bytes;
            this.writable = writable;
            this.kept = kept;
        }

        long vaddr() {
            return vaddr;
        }

        boolean writable() {
            return writable;
        }

        boolean used() {
            return users > 0;
        }
    }

    private final VfioKernel kernel;
    private final Map<Long, Allocation> ofMapping = new HashMap<>();

    Allocations(VfioKernel kernel) {
        this.kernel = kernel;
    }

    /** Anonymous memory; the kernel takes back whole huge pages only (hugetlb_vm_op_split). */
    Allocation anonymous(long size, long hugePageBytes, boolean kept) throws KernelRefused {
        long page = hugePageBytes == 0 ? 1 : hugePageBytes;
        return new Allocation(kernel.mmapAnonymous(size, hugePageBytes), (size + page - 1) & -page, true, kept);
    }

    Allocation file(String path, long offset, long size, boolean writable) throws KernelRefused, AgentRefused {
        FileFd file = kernel.openFile(path, writable);
        try {
            FileKind kind = kernel.fileKind(file);
            if (!kind.mappable()) {
                throw new AgentRefused(
                        AgentReason.INVALID, path + " is " + kind + "; map a regular file or a device node");
            }
            return new Allocation(kernel.mmapFile(file, offset, size, writable), size, writable, false);
        } finally {
            close(path, file);
        }
    }

    /** What is mapped stays; a failure leaks a descriptor until the agent ends, no more. */
    private void close(String path, FileFd file) {
        try {
            kernel.close(file);
        } catch (KernelRefused refused) {
            LOG.log(System.Logger.Level.WARNING, "{0} was not closed: {1}", path, refused.getMessage());
        }
    }

    void use(long mapping, Allocation allocation) {
        allocation.users++;
        ofMapping.put(mapping, allocation);
    }

    /** Whether a device may be let write there, as far as the agent's own page tables say. */
    boolean writable(long mapping) {
        Allocation allocation = ofMapping.get(mapping);
        return allocation == null || allocation.writable();
    }

    /** A mapping does not stand on its memory any more. */
    void ended(Mapping mapping) {
        Allocation allocation = ofMapping.remove(mapping.id().number());
        if (allocation != null && --allocation.users == 0 && !allocation.kept) {
            free(allocation);
        }
    }

    /** Gives memory back that no mapping uses. A failure leaks it until the agent ends, no more. */
    void free(Allocation allocation) {
        if (allocation.used()) {
            return;
        }
        try {
            kernel.munmap(allocation.vaddr, allocation.bytes);
        } catch (KernelRefused refused) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} bytes of memory were not given back: {1}",
                    Long.toUnsignedString(allocation.bytes),
                    refused.getMessage());
        }
    }

    /** As {@link #free}, for memory that a request names: its refusal is an answer. */
    void release(Allocation allocation) throws KernelRefused {
        kernel.munmap(allocation.vaddr, allocation.bytes);
    }
}
