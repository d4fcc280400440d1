package io.iommuledger.query.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.web.Problem;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Replays end before the memory of the process does. */
class RoomTest {
    private final Room room = new Room(1_000);

    @Test
    void holdsSoManyMappingsBetweenAllReplays() {
        UUID one = UUID.randomUUID();
        UUID other = UUID.randomUUID();
        room.hold(one, 600);
        room.hold(other, 400);
        assertThatThrownBy(() -> room.hold(other, 401))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("hold 600 mappings, this one needs 401, and its memory has room for 1000");
        // The one that is refused still holds what it held; the others go on.
        room.hold(one, 600);
        assertThatThrownBy(() -> room.hold(one, 601)).isInstanceOf(Problem.class);
        room.leave(one);
        room.hold(other, 1_000);
    }

    @Test
    void givesEachAShareToGoBackFrom() {
        assertThat(room.mostKept(8)).isEqualTo(62);
    }
}
