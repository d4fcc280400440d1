package io.iommuledger.proof;

/** Where tiles are kept. */
@FunctionalInterface
public interface TileSource {
    /**
     * The hashes at a place, behind each other: at least as many as the tile is wide.
     *
     * @throws TreeDamaged if they are not there
     */
    byte[] hashes(Tile tile);
}
