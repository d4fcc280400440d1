package io.iommuledger.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class TileTest {

    @Test
    void pathsAreTheOnesOfTlogTiles() {
        assertThat(new Tile(0, 1_234_067, Tile.FULL).path()).isEqualTo("0/x001/x234/067");
        assertThat(new Tile(1, 5, 17).path()).isEqualTo("1/005.p/17");
        assertThat(new Tile(63, 1_000, Tile.FULL).path()).isEqualTo("63/x001/000");
    }

    @Property
    void aPathNamesItsTile(
            @ForAll @IntRange(max = 63) int level,
            @ForAll @LongRange(max = (1L << 56) - 1) long index,
            @ForAll @IntRange(min = 1, max = Tile.FULL) int width) {
        Tile tile = new Tile(level, index, width);
        assertThat(Tile.parse(tile.path())).contains(tile);
    }

    @Test
    void whatIsNoPathIsNone() {
        for (String path : List.of(
                "",
                "0",
                "0/",
                "0/1",
                "0/0001",
                "00/001",
                "64/001",
                "0/001.p/0",
                "0/001.p/256",
                "0/001.p/01",
                "0/x000/001",
                "0/001/001",
                "0/x001",
                "-1/001",
                "0/001.p/",
                "0/001/",
                "0/00\u0661")) {
            assertThat(Tile.parse(path)).as(path).isEmpty();
        }
    }

    /** The example of the specification. */
    @Test
    void aTreeOf70000HasTheTilesThatItIsSaidToHave() {
        assertThat(Tile.in(70_000, 0, 272)).contains(new Tile(0, 272, Tile.FULL));
        assertThat(Tile.in(70_000, 0, 273)).contains(new Tile(0, 273, 112));
        assertThat(Tile.in(70_000, 0, 274)).isEmpty();
        assertThat(Tile.in(70_000, 1, 0)).contains(new Tile(1, 0, Tile.FULL));
        assertThat(Tile.in(70_000, 1, 1)).contains(new Tile(1, 1, 17));
        assertThat(Tile.in(70_000, 2, 0)).contains(new Tile(2, 0, 1));
        assertThat(Tile.in(70_000, 3, 0)).isEmpty();
        assertThat(Tile.in(256, 1, 0)).contains(new Tile(1, 0, 1));
        assertThat(Tile.in(256, 0, 1)).isEmpty();
    }

    @Test
    void aBundleGivesItsLeavesBack() {
        List<byte[]> leaves = List.of(new byte[0], new byte[] {1, 2, 3}, new byte[EntryBundle.MOST_BYTES]);
        byte[] bundle = EntryBundle.of(leaves);
        assertThat(bundle).hasSize(6 + 3 + EntryBundle.MOST_BYTES).startsWith(0, 0, 0, 3, 1, 2, 3, 0xff, 0xff);
        assertThat(EntryBundle.leaves(bundle)).containsExactly(leaves.toArray(byte[][]::new));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> EntryBundle.leaves(new byte[] {0, 2, 1}));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> EntryBundle.of(List.of(new byte[EntryBundle.MOST_BYTES + 1])));
    }
}
