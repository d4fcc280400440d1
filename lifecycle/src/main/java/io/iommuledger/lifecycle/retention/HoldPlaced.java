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
 * @param hosts  whose facts; none for those of all
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

    /** Whether a fact of a host is in its scope. */
    public boolean covers(HostId host, long position, long storedAtNanos) {
        return (hosts.isEmpty() || hosts.contains(host))
                && position >= fromPosition.orElse(Long.MIN_VALUE)
                && position <= toPosition.orElse(Long.MAX_VALUE)
                && storedAtNanos >= fromNanos.orElse(Long.MIN_VALUE)
                && storedAtNanos <= toNanos.orElse(Long.MAX_VALUE);
    }
}
