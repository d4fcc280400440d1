package io.iommuledger.query.proof;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.proof.EntryBundle;
import io.iommuledger.proof.Tile;
import io.iommuledger.proof.TreeDamaged;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.web.Problem;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET proof/tile/entries/…}: whole records as C2SP's tlog-tiles names them. */
@RestController
class EntriesController {
    private static final String ENTRIES = "entries/";

    private final TreeLog tree;
    private final EventLog log;

    EntriesController(TreeLog tree, EventLog log) {
        this.tree = tree;
        this.log = log;
    }

    @GetMapping("/api/v1/proof/tile/entries/{*bundle}")
    ResponseEntity<byte[]> entries(@PathVariable String bundle) {
        return Bytes.forEver(records(Tiles.path(bundle)));
    }

    /** A bundle has the records of the leaves of the tile of the lowest level that has its number. */
    private byte[] records(String number) {
        String path = ENTRIES + number;
        Tile leaves = Tiles.wanted(tree, "0/" + number, path);
        long before = leaves.index() * Tile.FULL;
        List<StoredRecord> records = log.records(before, before + leaves.width(), Tile.FULL);
        if (records.size() != leaves.width()) {
            throw new TreeDamaged("the log has only " + records.size() + " of the " + leaves.width()
                    + " records behind position " + before);
        }
        records.stream().filter(StoredRecord::removed).findFirst().ifPresent(gone -> {
            throw new Problem(
                    HttpStatus.GONE,
                    "payload-removed",
                    "A payload was removed under a rule of retention",
                    "the payload of the record at position " + gone.position() + " was removed, and a bundle has whole"
                            + " records; GET /api/v1/proof/events/" + gone.position()
                            + " has its leaf and its proof, and"
                            + " the tiles of hashes are all there");
        });
        List<byte[]> entries = records.stream().map(StoredRecord::encoded).toList();
        if (entries.stream().anyMatch(entry -> entry.length > EntryBundle.MOST_BYTES)) {
            throw Problem.notFound(
                    "bundle",
                    path,
                    "a record of before there was a limit does not fit into one; GET /api/v1/proof/events/{position} has"
                            + " each");
        }
        return EntryBundle.of(entries);
    }
}
