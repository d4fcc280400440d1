package io.iommuledger.lifecycle.mapping;

/** Why a mapping entered the state it is in. */
public enum Cause {
    MAP_REQUESTED,
    MAPPED,
    MAP_REFUSED,
    /** The exporter's memory decoding was switched off. */
    MEMORY_OFF,
    /** The exporter's memory decoding was switched on again. */
    MEMORY_ON,
    /** A reset of the exporter began, by itself or as a dependent. */
    RESET,
    /** A reset of the exporter ended and its memory decodes. */
    RESET_ENDED,
    /** The kernel refused a reset of the exporter: nothing was reset. */
    RESET_REFUSED,
    /** The exporter was put to sleep. */
    LOW_POWER,
    /** The exporter was woken. */
    POWER_ON,
    /** It was withdrawn, and the agent has installed it again. */
    RESTORED,
    /** It was withdrawn, and the kernel refused to install it again. */
    RESTORE_REFUSED,
    /** Its owner gave it another access. */
    ACCESS_CHANGED,
    /** Its owner took every access away. */
    PERMISSION,
    /** The exporter was released. */
    EXPORTER_RELEASED,
    /** Its owner unmapped it. */
    UNMAPPED,
    /** It was part of a request whose rest was refused. */
    ROLLED_BACK,
    /** An unmap that covers it succeeded, but the kernel removed less than stood there. */
    SHORT_UNMAP,
    /** Policy {@code on-release=drop} unmapped it before its exporter was released. */
    DROPPED_BY_POLICY,
    /** The last group left the context: the kernel drops every mapping silently. */
    LAST_GROUP_LEFT,
    /** Its context was closed. */
    CONTEXT_CLOSED,
    /** The agent ended in order: all its files are closed. */
    EPOCH_ENDED,
    /** A newer epoch began on the same boot, or on another machine; whether the old agent's files are closed is not known. */
    AGENT_GONE,
    /** A newer epoch began on another boot of the same machine: no mapping survives a reboot. */
    HOST_REBOOTED,
    /** A newer epoch opened the groups of its context, which only one process can hold: the old holder is gone. */
    HOLDER_GONE,
    /** Sequence numbers of its stream are missing. */
    FACTS_LOST
}
