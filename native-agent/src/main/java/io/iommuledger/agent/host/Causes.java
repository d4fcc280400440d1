package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.IommuInfo;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.operation.Circumstances;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Why the kernel refused a range, where that can be known for certain: an errno has many causes, a range few. */
final class Causes {
    private static final int MOST_NAMED = 3;

    private final VfioKernel kernel;
    private final Recorder recorder;
    private final Contexts contexts;

    Causes(VfioKernel kernel, Recorder recorder, Contexts contexts) {
        this.kernel = kernel;
        this.recorder = recorder;
        this.contexts = contexts;
    }

    private record Known(String cause, String cure) {
        static Optional<Known> of(String cause, String cure) {
            return Optional.of(new Known(cause, cure));
        }
    }

    /**
     * To be asked before the rest of the request is rolled back.
     *
     * @param index of the refused one
     * @param vaddr of its backing
     * @param first number of the request's first mapping
     */
    Circumstances ofMap(OpenContext context, AskedRanges asked, int index, long vaddr, long first, Errno errno) {
        Optional<Known> known = Optional.empty();
        if (errno.equals(Errno.EEXIST)) {
            known = inTheWay(context, asked, index, first);
        } else if (errno.equals(Errno.EINVAL)) {
            known = noGroup(context)
                    .or(() -> unaligned(context, asked.iova(index)))
                    .or(() -> offsetUnaligned(context, vaddr))
                    .or(() -> outside(context, asked.iova(index)));
        }
        return circumstances(asked.name(index), known);
    }

    Circumstances ofUnmap(OpenContext context, IovaRange iova, Errno errno) {
        Optional<Known> known = Optional.empty();
        if (errno.equals(Errno.EINVAL)) {
            known = noGroup(context).or(() -> cut(context, iova)).or(() -> unaligned(context, iova));
        }
        return circumstances("range " + iova, known);
    }

    private static Circumstances circumstances(String refused, Optional<Known> known) {
        Circumstances named = Circumstances.ofRefused(refused);
        return known.map(why -> named.because(why.cause(), why.cure())).orElse(named);
    }

    private Optional<Known> inTheWay(OpenContext context, AskedRanges asked, int index, long first) {
        for (int earlier = 0; earlier < index; earlier++) {
            if (asked.iova(earlier).overlaps(asked.iova(index))) {
                return Known.of(
                        "it overlaps " + asked.name(earlier) + " of the same request", "give each address once");
            }
        }
        String standing =
                standing(context, asked.iova(index), mapping -> mapping.state().inKernel() && mapping.number() < first);
        return standing.isEmpty()
                ? Optional.empty()
                : Known.of("it overlaps " + standing, "unmap what is in the way, or choose another range");
    }

    private Optional<Known> cut(OpenContext context, IovaRange iova) {
        String cut = standing(context, iova, mapping -> mapping.state().inKernel() && !iova.contains(mapping.iova()));
        return cut.isEmpty() ? Optional.empty() : Known.of("it cuts through " + cut, "unmap whole mappings");
    }

    private Optional<Known> noGroup(OpenContext context) {
        return context.groups.isEmpty()
                ? Known.of("context " + contexts.id(context) + " has no group", "attach a device first")
                : Optional.empty();
    }

    private Optional<Known> unaligned(OpenContext context, IovaRange iova) {
        long page = page(context);
        return multiple(iova.start(), page) && multiple(iova.size(), page)
                ? Optional.empty()
                : Known.of(
                        "it is not aligned to the smallest page of the context's IOMMU, " + page + " bytes",
                        "give a start and a size that are multiples of it");
    }

    private Optional<Known> offsetUnaligned(OpenContext context, long vaddr) {
        long page = page(context);
        return multiple(vaddr, page)
                ? Optional.empty()
                : Known.of(
                        "the offset of its backing is no multiple of the smallest page of the context's IOMMU, " + page
                                + " bytes",
                        "give whole pages of the backing");
    }

    private Optional<Known> outside(OpenContext context, IovaRange iova) {
        List<IovaRange> allowed = info(context).iovaRanges();
        return allowed.isEmpty() || allowed.stream().anyMatch(range -> range.contains(iova))
                ? Optional.empty()
                : Known.of(
                        "it does not lie inside one of the context's IOVA ranges, " + named(allowed),
                        "choose a range that does");
    }

    /** Smallest that the IOMMU maps; 1 if the kernel does not tell. */
    private long page(OpenContext context) {
        return Math.max(1, Long.lowestOneBit(info(context).pageSizes()));
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
