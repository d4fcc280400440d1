package io.iommuledger.agent.host;

import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.MapRange;
import java.util.ArrayList;
import java.util.List;

/** Makes one range of neighbours in a request whose addresses and backing touch and whose access is the same. */
final class Merging {

    private Merging() {}

    static List<MapRange> merged(List<MapRange> ranges) {
        List<MapRange> merged = new ArrayList<>();
        for (MapRange range : ranges) {
            if (!merged.isEmpty() && continues(merged.getLast(), range)) {
                MapRange before = merged.removeLast();
                merged.add(new MapRange(
                        new IovaRange(before.iova().start(), range.iova().last()), before.access(), before.backing()));
            } else {
                merged.add(range);
            }
        }
        return merged;
    }

    private static boolean continues(MapRange before, MapRange range) {
        return before.iova().last() != -1
                && before.iova().last() + 1 == range.iova().start()
                && before.access() == range.access()
                && continues(before.backing(), before.iova().size(), range.backing());
    }

    private static boolean continues(BackingRequest before, long size, BackingRequest after) {
        return switch (before) {
            case BackingRequest.NewMemory memory -> memory.equals(after);
            case BackingRequest.OfRegion part ->
                new BackingRequest.OfRegion(part.region(), part.offset() + size).equals(after);
            case BackingRequest.OfFile file ->
                new BackingRequest.OfFile(file.path(), file.offset() + size).equals(after);
            case BackingRequest.OfBar bar ->
                new BackingRequest.OfBar(bar.device(), bar.index(), bar.offset() + size).equals(after);
        };
    }
}
