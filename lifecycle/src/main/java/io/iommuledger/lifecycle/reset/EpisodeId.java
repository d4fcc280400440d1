package io.iommuledger.lifecycle.reset;

import io.iommuledger.lifecycle.host.HostId;

/**
 * A reset episode, written {@code HOST.EPOCH-rN}.
 *
 * @param number given by the agent, never reused within its epoch
 */
public record EpisodeId(HostId host, long epoch, long number) {

    @Override
    public String toString() {
        return host + "." + epoch + "-r" + number;
    }
}
