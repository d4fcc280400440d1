package io.iommuledger.lifecycle.replay;

import io.iommuledger.lifecycle.mapping.Mapping;
import java.util.Optional;

/**
 * A mapping as it stands.
 *
 * @param sinceNanos    effective time at which it came into its state
 * @param sincePosition of the fact that brought it there
 * @param ageNanos      effective time from which its age counts: of a zombie when it became one without a break, of others
 *                      when they came into their state
 */
public record Standing(Mapping mapping, long sinceNanos, long sincePosition, long ageNanos) {

    /** As it stands from a fact on, which brought another state or did not. */
    static Standing after(Optional<Standing> before, Mapping now, long nanos, long position) {
        Optional<Standing> same = before.filter(old -> old.mapping().state() == now.state());
        long since = same.map(Standing::sinceNanos).orElse(nanos);
        long age = now.zombie()
                ? before.filter(old -> old.mapping().zombie())
                        .map(Standing::ageNanos)
                        .orElse(nanos)
                : since;
        return new Standing(now, since, same.map(Standing::sincePosition).orElse(position), age);
    }
}
