package io.iommuledger.lifecycle.retention;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.principal.Commitment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * No rule removes a payload in its scope until it is released. What is not bounded is all.
 *
 * @param hold   opaque, of no other hold
 * @param reason for people
 * @param hosts  whose facts, and what may be about them; none for all
 * @param fromPosition the first one
 * @param toPosition   the last one
 * @param fromNanos    when the first one was stored, by the store's clock, since 1970
 * @param toNanos      when the last one was
 */
public record HoldPlaced(
        long atNanos,
        String principal,
        Optional<Commitment> commitment,
        String hold,
        String reason,
        List<HostId> hosts,
        OptionalLong fromPosition,
        OptionalLong toPosition,
        OptionalLong fromNanos,
        OptionalLong toNanos)
        implements RetentionEvent {
    public HoldPlaced {
        hosts = List.copyOf(hosts);
    }

    /**
     * Whether a record is in its scope.
     *
     * @param host whose fact it is; empty if it is none, and may be about any host: rather too much is held
     */
    public boolean covers(Optional<HostId> host, long position, long storedAtNanos) {
        return (hosts.isEmpty() || host.isEmpty() || hosts.contains(host.get()))
                && position >= fromPosition.orElse(Long.MIN_VALUE)
                && position <= toPosition.orElse(Long.MAX_VALUE)
                && storedAtNanos >= fromNanos.orElse(Long.MIN_VALUE)
                && storedAtNanos <= toNanos.orElse(Long.MAX_VALUE);
    }
}
