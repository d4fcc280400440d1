package io.iommuledger.lifecycle.host;

/**
 * Something that an agent does, told by small numbers that {@link ToyHost} takes modulo what there is.
 *
 * @param chance decides what the kernel or fate makes of it
 */
record Deed(Kind kind, int which, int where, int chance) {

    enum Kind {
        OPEN_CONTEXT,
        ATTACH,
        OPEN,
        MAP_MEMORY,
        MAP_BAR,
        UNMAP,
        UNMAP_ALL,
        MEMORY_OFF,
        MEMORY_ON,
        FUNCTION_RESET,
        HOT_RESET,
        RELEASE,
        RELEASE_AND_DROP,
        DETACH,
        CLOSE_CONTEXT,
        CRASH,
        REBOOT,
        END
    }
}
