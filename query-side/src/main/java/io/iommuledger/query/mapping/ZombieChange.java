package io.iommuledger.query.mapping;

import java.util.Optional;

/**
 * A mapping that became a zombie of those that were asked for, changed as one, or stopped being one.
 *
 * @param type   {@link #BEGAN}, {@link #CHANGED} or {@link #ENDED}
 * @param nanos  effective time
 * @param state   of the mapping from then on
 * @param source  how the ledger comes to say so
 * @param exposes whether a DMA can reach what it should not; absent if nobody knows
 * @param principal who asked for the mapping
 * @param answer the mapping as it stands from then on, as every answer shows it
 */
public record ZombieChange(
        String type,
        String mapping,
        Optional<String> exporter,
        long nanos,
        String state,
        String source,
        Optional<Boolean> exposes,
        Optional<String> principal,
        Object answer) {
    public static final String BEGAN = "zombie.began";
    public static final String CHANGED = "zombie.changed";
    public static final String ENDED = "zombie.ended";

    static ZombieChange of(String type, long nanos, MappingAnswer mapping) {
        return new ZombieChange(
                type,
                mapping.id(),
                mapping.exporter(),
                nanos,
                mapping.state(),
                mapping.source(),
                mapping.exposes(),
                mapping.principal(),
                mapping);
    }
}
