package io.iommuledger.agent.host;

/** Told of every {@link Step}, on the agent's one thread, which goes on when this returns. */
@FunctionalInterface
public interface Checkpoint {
    /** In production. */
    Checkpoint NONE = step -> {};

    void reached(Step step);
}
