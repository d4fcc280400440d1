package io.iommuledger.verify.source;

import io.iommuledger.proof.TileSource;
import io.iommuledger.proof.TreeDamaged;
import java.util.List;

/**
 * What stands beside the records and could be rewritten with them. It proves nothing by itself; it tells where to look, and
 * what of it fits a checkpoint that is held elsewhere is as good as that.
 *
 * @param tiles       of the tree
 * @param checkpoints signed notes, those of smaller trees first
 * @param hints       whether the tiles tell where to look also if they fit no checkpoint that is held elsewhere. A copy's do
 *                    not: a hash that was damaged on its way would name a record that nobody touched
 */
public record StoredProofs(TileSource tiles, List<String> checkpoints, boolean hints) {
    public static final StoredProofs NONE = new StoredProofs(
            tile -> {
                throw new TreeDamaged("no tree is stored");
            },
            List.of(),
            false);

    public StoredProofs {
        checkpoints = List.copyOf(checkpoints);
    }
}
