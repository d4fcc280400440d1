package io.iommuledger.lifecycle.replay;

import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.Logged;
import java.util.List;
import java.util.Optional;

/**
 * A record that was folded, and what it changed.
 *
 * @param nanos    effective time of its host
 * @param changes  in order, also those out of scope
 * @param mappings how mappings in scope stand after it that stood otherwise before it
 * @param ofEpisode whether a reset episode begins or ends with it
 */
public record Taken(Logged logged, long nanos, List<Change> changes, List<MappingChange> mappings, boolean ofEpisode) {

    /**
     * @param before empty if nothing had been heard of it
     * @param after  how it stands, or how it ended
     */
    public record MappingChange(Optional<Standing> before, Standing after) {
        public boolean began() {
            return before.isEmpty();
        }

        public boolean ended() {
            return after.mapping().state().terminal();
        }
    }
}
