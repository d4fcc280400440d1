package io.iommuledger.agent.host;

/** Numbers that the agent gives to contexts, mappings and episodes: from 1, never reused within the epoch. */
final class Numbers {
    private long contexts;
    private long mappings;
    private long episodes;

    long nextContext() {
        return ++contexts;
    }

    long nextMapping() {
        return ++mappings;
    }

    long nextEpisode() {
        return ++episodes;
    }
}
