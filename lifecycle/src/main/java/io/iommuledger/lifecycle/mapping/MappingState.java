package io.iommuledger.lifecycle.mapping;

/** States of a mapping: whether the kernel keeps an object, the hardware a translation, and whether the target answers. */
public enum MappingState {
    /** The intent is recorded, the kernel has not answered yet. */
    REQUESTED(Life.NOT_YET),
    /** The kernel said no; terminal, the errno is kept. */
    REFUSED(Life.ENDED),
    /** Translation in place, target answers. */
    ACTIVE(Life.LIVE),
    /** An iommufd area without a domain: no translation yet. */
    DEFERRED(Life.LIVE),
    /** A zombie that exposes: the exporter is in an episode, the translation was left in place. */
    STALE(Life.ZOMBIE),
    /** A safe zombie: the translation was withdrawn, the mapping is kept. */
    REVOKED(Life.ZOMBIE),
    /** A dangerous zombie: the exporter was released, its BAR is still reachable. Only an unmap ends it. */
    ORPHANED(Life.ZOMBIE),
    /** The kernel said success but removed less than asked. */
    LIMBO(Life.LIVE),
    /** Ended by its owner; terminal. */
    UNMAPPED(Life.ENDED),
    /** Ended by policy, by the end of its context or of its host's boot; terminal. */
    DROPPED(Life.ENDED),
    /** Facts were lost or the agent is gone; stands until reconciled with the kernel. */
    UNKNOWN(Life.LIVE);

    private enum Life {
        NOT_YET,
        LIVE,
        ZOMBIE,
        ENDED
    }

    private final Life life;

    MappingState(Life life) {
        this.life = life;
    }

    /** Nothing happens to it any more. */
    public boolean terminal() {
        return life == Life.ENDED;
    }

    /** {@link Mapping#zombie} except for a mapping whose owner asked for no access. */
    public boolean zombie() {
        return life == Life.ZOMBIE;
    }

    /** A DMA could reach what it should not. */
    public boolean exposes() {
        return this == STALE || this == ORPHANED;
    }

    /** The kernel holds an object, which takes one of its context's entries. */
    public boolean inKernel() {
        return this == ACTIVE || this == DEFERRED || this == STALE || this == ORPHANED || this == LIMBO;
    }
}
