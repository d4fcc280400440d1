package io.iommuledger.command.mapping;

import io.iommuledger.command.Parameters;
import io.iommuledger.command.host.HostView;
import io.iommuledger.lifecycle.device.Bar;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.MapRange;
import io.iommuledger.web.Body;
import io.iommuledger.web.Hex;
import io.iommuledger.web.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A range to map, as a request's body describes it. */
final class MapBody {
    private static final long HUGE_2M = 2L << 20;
    private static final long HUGE_1G = 1L << 30;

    /** PATH_MAX without the NUL; include/uapi/linux/limits.h. */
    private static final int LONGEST_PATH_BYTES = 4095;

    private MapBody() {}

    static MapRange range(Body body) {
        MapRange range = new MapRange(
                Parameters.range(body.at("size"), body.u64("iova"), body.u64("size")),
                access(body),
                backing(body.object("backing", "memory", "bar", "file")));
        if (range.backing() instanceof BackingRequest.NewMemory memory
                && memory.hugePageBytes() != 0
                && Long.remainderUnsigned(range.iova().size(), memory.hugePageBytes()) != 0) {
            throw body.bad("size", "a multiple of backing.memory.hugePageBytes " + memory.hugePageBytes());
        }
        return range;
    }

    private static DmaAccess access(Body body) {
        return access(body, "r, w or rw, as the device sees it");
    }

    /** Empty for none. */
    static Optional<DmaAccess> accessOrNone(Body body) {
        return body.text("access").equals("none")
                ? Optional.empty()
                : Optional.of(access(body, "r, w or rw, as the device sees it, or none"));
    }

    private static DmaAccess access(Body body, String expected) {
        try {
            return DmaAccess.parse(body.text("access"));
        } catch (IllegalArgumentException e) {
            throw body.bad("access", expected);
        }
    }

    private static BackingRequest backing(Body body) {
        Optional<BackingRequest> memory = body.optionalObject("memory", "hugePageBytes", "region", "offset")
                .map(MapBody::memory);
        Optional<BackingRequest> bar =
                body.optionalObject("bar", "device", "index", "offset").map(MapBody::bar);
        Optional<BackingRequest> file = body.optionalObject("file", "path", "offset")
                .map(one -> new BackingRequest.OfFile(path(one), one.u64("offset", 0)));
        List<BackingRequest> given =
                Stream.of(memory, bar, file).flatMap(Optional::stream).toList();
        if (given.size() != 1) {
            throw Problem.badField(
                    body.at("").replaceFirst("\\.$", ""),
                    given.size() + " of memory, bar and file",
                    "exactly one of {\"memory\":{}}, {\"memory\":{\"region\":…}}, {\"bar\":{…}} and {\"file\":{…}}");
        }
        return given.getFirst();
    }

    private static BackingRequest memory(Body body) {
        Optional<String> region = body.optionalText("region");
        if (region.isPresent()) {
            if (body.has("hugePageBytes")) {
                throw body.bad("hugePageBytes", "none beside region, which has the pages that it was allocated with");
            }
            return new BackingRequest.OfRegion(region.get(), body.u64("offset", 0));
        }
        if (body.has("offset")) {
            throw body.bad("offset", "none without region: new memory is mapped from its start");
        }
        long huge = body.u64("hugePageBytes", 0);
        if (huge != 0 && huge != HUGE_2M && huge != HUGE_1G) {
            throw body.bad("hugePageBytes", "2097152 (2 MiB) or 1073741824 (1 GiB), or none for ordinary pages");
        }
        return new BackingRequest.NewMemory(huge);
    }

    private static BackingRequest bar(Body body) {
        PciAddress device = Parameters.device(body.at("device"), body.text("device"));
        long index = body.u64("index");
        if (Long.compareUnsigned(index, 5) > 0) {
            throw body.bad("index", "a BAR, 0 to 5");
        }
        return new BackingRequest.OfBar(device, (int) index, body.u64("offset", 0));
    }

    private static String path(Body body) {
        String path = body.text("path");
        if (path.getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH_BYTES) {
            throw body.bad("path", "a path of at most " + LONGEST_PATH_BYTES + " bytes, as Linux takes");
        }
        // Half of a surrogate pair would become another letter, and so another file.
        boolean text = StandardCharsets.UTF_8.newEncoder().canEncode(path);
        if (!path.startsWith("/") || path.indexOf('\0') >= 0 || !text) {
            throw body.bad("path", "an absolute path on the host");
        }
        return path;
    }

    /** @param listed whether the request gave them as a list */
    static void checkBars(HostView view, List<MapRange> ranges, boolean listed) {
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).backing() instanceof BackingRequest.OfBar bar) {
                checkBar(
                        view,
                        listed ? "ranges[" + i + "]." : "",
                        bar,
                        ranges.get(i).iova().size());
            }
        }
    }

    private static void checkBar(HostView view, String at, BackingRequest.OfBar wanted, long size) {
        Bar bar = view.device(wanted.device())
                .bar(wanted.index())
                .orElseThrow(() -> Problem.badField(
                        at + "backing.bar.index",
                        String.valueOf(wanted.index()),
                        "a memory BAR that " + wanted.device() + " has"));
        if (Long.compareUnsigned(size, bar.size()) > 0) {
            throw Problem.badField(
                    at + "size",
                    Long.toUnsignedString(size),
                    "at most the " + Long.toUnsignedString(bar.size()) + " bytes of BAR " + wanted.index() + " of "
                            + wanted.device());
        }
        if (Long.compareUnsigned(wanted.offset(), bar.size()) >= 0
                || Long.compareUnsigned(size, bar.size() - wanted.offset()) > 0) {
            throw Problem.badField(
                    at + "backing.bar.offset",
                    Hex.address(wanted.offset()),
                    "an offset with which " + Long.toUnsignedString(size) + " bytes lie inside BAR " + wanted.index()
                            + " of " + Long.toUnsignedString(bar.size()) + " bytes");
        }
    }
}
