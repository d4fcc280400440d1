package io.iommuledger.query.proof;

import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Tile;
import io.iommuledger.web.access.Unrecorded;
import java.util.Arrays;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET proof/tile/…}: hashes as C2SP's tlog-tiles names them. */
@RestController
@Unrecorded("hashes of the log, from which nothing of it can be told")
class TileController {
    private final TreeLog tree;

    TileController(TreeLog tree) {
        this.tree = tree;
    }

    @GetMapping("/api/v1/proof/tile/{*tile}")
    ResponseEntity<byte[]> tile(@PathVariable String tile) {
        String path = Tiles.path(tile);
        Tile wanted = Tiles.wanted(tree, path, path);
        return Bytes.forEver(Arrays.copyOf(tree.hashes(wanted), wanted.width() * Hash.BYTES));
    }
}
