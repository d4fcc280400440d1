package io.iommuledger.proof;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place for up to 256 consecutive hashes, each the root of a full subtree of 256<sup>level</sup> leaves.
 *
 * @param level of the tiles, from 0, the leaves' own
 * @param index along the level, from 0
 * @param width how many hashes there are; {@link #FULL}, or fewer at the tree's right edge
 */
public record Tile(int level, long index, int width) {
    /** Hashes in a full tile. */
    public static final int FULL = 256;

    /** Levels of the tree from one level of tiles to the next. */
    static final int HEIGHT = 8;

    private static final int MOST_LEVEL = 63;
    private static final Pattern PATH =
            Pattern.compile("([0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\\.p/([1-9][0-9]{0,2}))?");

    public Tile {
        if (level < 0 || level > MOST_LEVEL || index < 0 || width < 1 || width > FULL) {
            throw new IllegalArgumentException("no tile: level=" + level + ", index=" + index + ", width=" + width);
        }
    }

    /** How many hashes of a level a tree of a size has. */
    public static long hashes(int level, long size) {
        return level * HEIGHT >= Long.SIZE ? 0 : size >>> (level * HEIGHT);
    }

    /** The tile at a place as it is in a tree of a size; empty if that tree has nothing there. */
    public static Optional<Tile> in(long size, int level, long index) {
        long there = hashes(level, size) - index * FULL;
        return there <= 0 ? Optional.empty() : Optional.of(new Tile(level, index, (int) Math.min(there, FULL)));
    }

    public boolean full() {
        return width == FULL;
    }

    /** As in {@code tile/<L>/<N>[.p/<W>]}, without {@code tile/}. */
    public String path() {
        return level + "/" + indexPath() + (full() ? "" : ".p/" + width);
    }

    private String indexPath() {
        String path = "%03d".formatted(index % 1000);
        for (long rest = index / 1000; rest > 0; rest /= 1000) {
            path = "x%03d/".formatted(rest % 1000) + path;
        }
        return path;
    }

    /** Empty if the text is no path of a tile as it is written. */
    public static Optional<Tile> parse(String path) {
        Matcher matcher = PATH.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int level = Integer.parseInt(matcher.group(1));
        int width = matcher.group(3) == null ? FULL : Integer.parseInt(matcher.group(3));
        long index = Long.parseLong(matcher.group(2).replaceAll("[x/]", ""));
        if (level > MOST_LEVEL || width > FULL) {
            return Optional.empty();
        }
        Tile tile = new Tile(level, index, width);
        return tile.path().equals(path) ? Optional.of(tile) : Optional.empty();
    }
}
