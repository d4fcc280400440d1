package io.iommuledger.agent.simulated;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The mappings of one container, {@code dma_list}, and the kernel's searches of it: {@code vfio_find_dma} and
 * {@code vfio_find_dma_first_node}. Where the kernel adds up first address and size, the sum of a range that ends at the
 * very top is 0, and nothing lies below 0: such a range is not searched for, and a mapping that ends there not found. What
 * such a mapping hides of others by where it happens to sit in the kernel's red-black tree is not modelled.
 */
final class DmaList {

    private static final long TOP = -1L;

    private final boolean sumsWrap;
    private final IovaIndex index = new IovaIndex();
    /** Mappings that no search finds, which may lie on each other. */
    private final List<Unfindable> unfindable = new ArrayList<>(0);

    private record Unfindable(Type1Mapping mapping, LockedMemory account, long charge) {}

    DmaList(KernelVersion kernel) {
        this.sumsWrap = kernel.sumsWrapAtTheTop();
    }

    int size() {
        return index.size() + unfindable.size();
    }

    boolean overlaps(long first, long last) {
        return !wraps(last) && index.overlaps(first, last);
    }

    /** The mapping that is found to hold this address. */
    Optional<Type1Mapping> at(long iova) {
        return index.floor(iova).filter(below -> below.reaches(iova));
    }

    /** The mapping by which the IOMMU translates this address, found or not. */
    Optional<Type1Mapping> translating(long iova) {
        Optional<Type1Mapping> found = at(iova);
        return found.isPresent() || unfindable.isEmpty()
                ? found
                : unfindable.stream()
                        .map(Unfindable::mapping)
                        .filter(mapping -> Long.compareUnsigned(mapping.iova(), iova) <= 0)
                        .findFirst();
    }

    /** The account is charged until the mapping goes. */
    void add(Type1Mapping mapping, LockedMemory account, long charge) {
        account.charge(charge);
        if (wraps(mapping.last())) {
            unfindable.add(new Unfindable(mapping, account, charge));
        } else {
            index.add(mapping, account, charge);
        }
    }

    /** Removes the mapping that is this range, if that is all a walk of the range would come by. */
    boolean removeExact(long first, long last) {
        return unfindable.isEmpty() && index.removeExact(first, last);
    }

    /** Removes what begins within a range, both ends inside: a search for the first, and a walk from there. */
    List<Type1Mapping> removeWithin(long first, long last) {
        return wraps(last) ? List.of() : walk(first, last);
    }

    /** The kernel asks for all with a size that ends one short of the top, so its sum does not wrap. */
    List<Type1Mapping> removeAll() {
        return walk(0, TOP);
    }

    private List<Type1Mapping> walk(long first, long last) {
        List<Type1Mapping> removed = index.removeWithin(first, last);
        if (!removed.isEmpty() && !unfindable.isEmpty()) {
            long found = removed.getLast().iova();
            for (Unfindable met : List.copyOf(unfindable)) {
                long iova = met.mapping().iova();
                if (Long.compareUnsigned(iova, found) >= 0 && Long.compareUnsigned(iova, last) <= 0) {
                    removed.add(remove(met));
                }
            }
        }
        return removed;
    }

    private Type1Mapping remove(Unfindable gone) {
        unfindable.remove(gone);
        gone.account().charge(-gone.charge());
        return gone.mapping();
    }

    /** Whether a search finds them or not. */
    void drop() {
        index.removeWithin(0, TOP);
        List.copyOf(unfindable).forEach(this::remove);
    }

    /** In order of their addresses. */
    List<Type1Mapping> values() {
        List<Type1Mapping> all = index.values();
        unfindable.forEach(lost -> all.add(lost.mapping()));
        if (!unfindable.isEmpty()) {
            all.sort(Comparator.comparing(Type1Mapping::iova, Long::compareUnsigned));
        }
        return all;
    }

    private boolean wraps(long last) {
        return last == TOP && sumsWrap;
    }
}
