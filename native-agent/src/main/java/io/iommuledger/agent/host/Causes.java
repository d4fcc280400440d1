package io.iommuledger.agent.host;

import io.iommuledger.agent.host.Backings.Backed;
import io.iommuledger.agent.kernel.HostPlatform;
import io.iommuledger.agent.kernel.IommuInfo;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.operation.Circumstances;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Why the kernel refused a range, or what is left of the causes: an errno has many, a range few. */
final class Causes {
    private static final int MOST_NAMED = 3;
    private static final String MAP = "VFIO_IOMMU_MAP_DMA";

    private final VfioKernel kernel;
    private final Recorder recorder;
    private final Contexts contexts;
    private final BackingCauses backings;

    Causes(VfioKernel kernel, HostPlatform platform, Recorder recorder, Contexts contexts) {
        this.kernel = kernel;
        this.recorder = recorder;
        this.contexts = contexts;
        this.backings = new BackingCauses(platform, recorder, contexts);
    }

    /**
     * To be asked before the rest of the request is rolled back.
     *
     * @param index of the refused one
     * @param first number of the request's first mapping
     */
    Circumstances ofMap(OpenContext context, AskedRanges asked, int index, Backed backed, long first, Errno errno) {
        Optional<Finding> found = errno.equals(Errno.EEXIST)
                ? inTheWay(context, asked, index, first)
                : ofRange(context, asked.iova(index), backed.vaddr(), backed.backing(), errno);
        return circumstances(asked.name(index), found);
    }

    /**
     * Of a mapping that was to be installed again where it stood before.
     *
     * @param what the kernel was asked for, in words
     */
    Circumstances ofInstalling(OpenContext context, Mapping mapping, String what, KernelRefused refusal) {
        if (!refusal.evidence().call().equals(MAP)) {
            return Circumstances.ofRefused(what);
        }
        Errno errno = refusal.errno();
        Optional<Finding> found = errno.equals(Errno.EEXIST)
                ? taken(others(context, mapping), "unmap what is in the way, then ask again")
                // What stood there before was aligned.
                : ofRange(context, mapping.iova(), 0, mapping.backing(), errno);
        return circumstances(what, found);
    }

    private String others(OpenContext context, Mapping mapping) {
        return standing(
                context, mapping.iova(), other -> other.state().inKernel() && other.number() != mapping.number());
    }

    private Optional<Finding> ofRange(OpenContext context, IovaRange iova, long vaddr, Backing backing, Errno errno) {
        if (errno.equals(Errno.EINVAL)) {
            IommuInfo info = info(context);
            return noGroup(context)
                    .or(() -> unaligned(info, iova))
                    .or(() -> offsetUnaligned(info, vaddr))
                    .or(() -> outside(info, iova))
                    .or(() -> unknown(info));
        }
        if (errno.equals(Errno.EFAULT)) {
            return backings.ofFault(backing);
        }
        if (errno.equals(Errno.ENOMEM)) {
            return backings.ofMemory(backing, iova.size());
        }
        return errno.equals(Errno.ENOSPC) ? full(context) : Optional.empty();
    }

    Circumstances ofUnmap(OpenContext context, IovaRange iova, Errno errno) {
        Optional<Finding> found = Optional.empty();
        if (errno.equals(Errno.EINVAL)) {
            found = noGroup(context).or(() -> cut(context, iova)).or(() -> unaligned(info(context), iova));
        }
        return circumstances("range " + iova, found);
    }

    private static Circumstances circumstances(String refused, Optional<Finding> found) {
        Circumstances named = Circumstances.ofRefused(refused);
        return found.map(finding -> finding.added(named)).orElse(named);
    }

    private Optional<Finding> inTheWay(OpenContext context, AskedRanges asked, int index, long first) {
        for (int earlier = 0; earlier < index; earlier++) {
            if (asked.iova(earlier).overlaps(asked.iova(index))) {
                return Finding.certain(
                        "it overlaps " + asked.name(earlier) + " of the same request", "give each address once");
            }
        }
        String standing =
                standing(context, asked.iova(index), mapping -> mapping.state().inKernel() && mapping.number() < first);
        return taken(standing, "unmap what is in the way, or choose another range");
    }

    private static Optional<Finding> taken(String standing, String cure) {
        return standing.isEmpty()
                ? Finding.perhaps(
                        "something is mapped there that is in none of this agent's facts: somebody else has the container's"
                                + " descriptor",
                        "find out who has it, or use another context")
                : Finding.certain("it overlaps " + standing, cure);
    }

    private Optional<Finding> full(OpenContext context) {
        OptionalLong left = info(context).dmaAvail();
        return left.isPresent() && left.getAsLong() == 0
                ? Finding.certain(
                        "context " + contexts.id(context)
                                + " holds as many mappings as the kernel allows (dma_entry_limit of vfio_iommu_type1)",
                        "merge adjacent mappings, use larger ones, unmap some, or use another context")
                : Optional.empty();
    }

    /** It was none of the causes that could be looked at. */
    private static Optional<Finding> unknown(IommuInfo info) {
        return info.pageSizes() == 0 || info.iovaRanges().isEmpty()
                ? Optional.empty()
                : Finding.perhaps(
                        "none that is known: the context has a group, and the range and its backing are aligned and lie"
                                + " inside the context's IOVA ranges",
                        "look at the host's kernel log");
    }

    private Optional<Finding> cut(OpenContext context, IovaRange iova) {
        String cut = standing(context, iova, mapping -> mapping.state().inKernel() && !iova.contains(mapping.iova()));
        return cut.isEmpty() ? Optional.empty() : Finding.certain("it cuts through " + cut, "unmap whole mappings");
    }

    private Optional<Finding> noGroup(OpenContext context) {
        return context.groups.isEmpty()
                ? Finding.certain("context " + contexts.id(context) + " has no group", "attach a device first")
                : Optional.empty();
    }

    private static Optional<Finding> unaligned(IommuInfo info, IovaRange iova) {
        long page = page(info);
        return multiple(iova.start(), page) && multiple(iova.size(), page)
                ? Optional.empty()
                : Finding.certain(
                        "it is not aligned to the smallest page of the context's IOMMU, " + page + " bytes",
                        "give a start and a size that are multiples of it");
    }

    private static Optional<Finding> offsetUnaligned(IommuInfo info, long vaddr) {
        long page = page(info);
        return multiple(vaddr, page)
                ? Optional.empty()
                : Finding.certain(
                        "the offset of its backing is no multiple of the smallest page of the context's IOMMU, " + page
                                + " bytes",
                        "give whole pages of the backing");
    }

    private static Optional<Finding> outside(IommuInfo info, IovaRange iova) {
        List<IovaRange> allowed = info.iovaRanges();
        return allowed.isEmpty() || allowed.stream().anyMatch(range -> range.contains(iova))
                ? Optional.empty()
                : Finding.certain(
                        "it does not lie inside one of the context's IOVA ranges, " + named(allowed),
                        "choose a range that does");
    }

    /** Smallest that the IOMMU maps; 1 if the kernel does not tell. */
    private static long page(IommuInfo info) {
        return Math.max(1, Long.lowestOneBit(info.pageSizes()));
    }

    /** @param page a power of two */
    private static boolean multiple(long bytes, long page) {
        return (bytes & (page - 1)) == 0;
    }

    /** As the kernel has it now; nothing is known if it does not tell. */
    private IommuInfo info(OpenContext context) {
        try {
            return kernel.iommuInfo(context.fd);
        } catch (KernelRefused unknown) {
            return new IommuInfo(0, List.of(), OptionalLong.empty());
        }
    }

    private String standing(OpenContext context, IovaRange iova, Predicate<Mapping> which) {
        List<String> names = recorder.books().mappings(contexts.id(context), iova).stream()
                .filter(which)
                .map(mapping -> "mapping " + mapping.id() + " at " + mapping.iova())
                .toList();
        return named(names);
    }

    private static String named(List<?> things) {
        String first = things.stream().limit(MOST_NAMED).map(Object::toString).collect(Collectors.joining(" and "));
        return things.size() > MOST_NAMED ? first + " and " + (things.size() - MOST_NAMED) + " more" : first;
    }
}
