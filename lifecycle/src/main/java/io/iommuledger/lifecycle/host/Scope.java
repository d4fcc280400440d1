package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Mapping;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which part of all that hosts told is looked at.
 *
 * @param hosts   whose facts count; empty for all hosts
 * @param context only this one and what is mapped in it
 * @param device  only mappings of its BARs and mappings that it reaches
 */
public record Scope(NavigableSet<HostId> hosts, Optional<ContextId> context, Optional<PciAddress> device) {
    public static final Scope ALL = new Scope(new TreeSet<>(), Optional.empty(), Optional.empty());

    public boolean includes(HostId host) {
        return hosts.isEmpty() || hosts.contains(host);
    }

    /** Whether a context of the host is in it. */
    public boolean includes(HostState host, ContextId id) {
        return context.map(id::equals).orElse(true)
                && device.map(one -> host.reaches(one, id)).orElse(true);
    }

    /** Whether a mapping of the host is in it. */
    public boolean includes(HostState host, Mapping mapping) {
        return context.map(mapping.context()::equals).orElse(true)
                && device.map(one -> exports(one, mapping) || host.reaches(one, mapping.context()))
                        .orElse(true);
    }

    private static boolean exports(PciAddress device, Mapping mapping) {
        return mapping.backing() instanceof Backing.BarRange bar
                && bar.exporter().equals(device);
    }
}
