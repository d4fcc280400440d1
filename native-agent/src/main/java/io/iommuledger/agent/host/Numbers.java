package io.iommuledger.agent.host;

/** Numbers that the agent gives to contexts, mappings and episodes: from 1, never reused within the epoch. */
final class Numbers {
    private long contexts;
    private long mappings;
    private long episodes;

    long nextContext() {
        return ++contexts;
    }

    /** The first of as many in a row. */
    long nextMappings(int count) {
        long first = mappings + 1;
        mappings += count;
        return first;
    }

    long nextEpisode() {
        return ++episodes;
    }
}
