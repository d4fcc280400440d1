package io.iommuledger.query.proof;

import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.proof.Tile;
import io.iommuledger.web.Problem;
import java.util.Optional;

/** Tiles that a request names. */
final class Tiles {
    private Tiles() {}

    /**
     * @param tile its path below {@code tile/}
     * @param path that was asked for
     * @throws Problem if the tree has none there
     */
    static Tile wanted(TreeLog tree, String tile, String path) {
        long size = tree.state().size();
        Optional<Tile> wanted = Tile.parse(tile);
        return wanted.filter(it -> Tile.in(size, it.level(), it.index())
                        .map(there -> there.width() >= it.width())
                        .orElse(false))
                .orElseThrow(() -> Problem.notFound(
                        "tile",
                        path,
                        wanted.isEmpty()
                                ? "a path is tile/<L>/<N>[.p/<W>] or tile/entries/<N>[.p/<W>], as C2SP's tlog-tiles says"
                                : "the tree has " + size + " leaves"));
    }

    /** Without the slash that it begins with, if there is more than nothing. */
    static String path(String captured) {
        return captured.startsWith("/") ? captured.substring(1) : captured;
    }
}
