package io.iommuledger.lifecycle.whatif;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Policies.OnReset;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The two histories of a host, side by side, and what is remembered from one fact to the next. */
final class Histories {
    final HostState real;
    final HostState state;
    final Policies policies;
    /** Intents of the newest epoch that would not have been. */
    final Map<Long, Unasked> unasked = new HashMap<>();
    /** What the newest fact would have been otherwise. */
    final List<Divergence> divergences = new ArrayList<>();

    /** Numbers of the newest epoch's mappings that stand in one of the two only, or are withdrawn in one only. */
    private final Set<Long> differing = new HashSet<>();

    private final List<Long> changed = new ArrayList<>();

    Optional<Request> request = Optional.empty();
    /** Of the monotonic clock, at the fact before. */
    long nanosBefore;

    /**
     * An intent that would not have been.
     *
     * @param why   what to say if the kernel did it in the real history
     * @param begun whether its mapping was asked for before it turned out that its request would have been refused
     */
    record Unasked(Optional<Divergence> why, boolean begun) {}

    Histories(HostState real, HostState state, Policies policies) {
        this.real = real;
        this.state = state;
        this.policies = policies;
    }

    Histories copy() {
        Histories copy = new Histories(real.copy(), state.copy(), policies);
        copy.unasked.putAll(unasked);
        copy.request = request.map(Request::copy);
        copy.nanosBefore = nanosBefore;
        copy.differing.addAll(differing);
        return copy;
    }

    /** Must be told of every change in either of the two. */
    void changed(Change change) {
        if (change instanceof Change.MappingChanged(Mapping mapping)) {
            changed.add(mapping.number());
        }
    }

    /** Looks at what has changed, when both have taken the same fact. */
    void compare() {
        for (long number : changed) {
            if (withdrawn(real.mapping(number)).equals(withdrawn(state.mapping(number)))) {
                differing.remove(number);
            } else {
                differing.add(number);
            }
        }
        changed.clear();
    }

    private static Optional<Boolean> withdrawn(Optional<Mapping> mapping) {
        return mapping.map(known -> known.state() == MappingState.REVOKED);
    }

    /** A new epoch, whose mappings begin to count anew. */
    void begin() {
        unasked.clear();
        differing.clear();
        request = Optional.empty();
    }

    /** Whether the same mappings stand in both, which is so nearly always, and then nothing has to be looked for. */
    boolean alike() {
        return differing.isEmpty();
    }

    /** Whether an episode holds the device, but really does not. */
    boolean heldOnlyHere(PciAddress device) {
        return !alike()
                && policies.onReset() == OnReset.SUSPEND
                && state.suspendedOf(device).isPresent()
                && real.suspendedOf(device).isEmpty();
    }

    /** Whether the mapping has really ended, or never was. */
    boolean onlyHere(Mapping mapping) {
        return real.mapping(mapping.number()).isEmpty();
    }

    static boolean inKernel(Optional<Mapping> mapping) {
        return mapping.filter(known -> known.state().inKernel()).isPresent();
    }

    static Optional<PciAddress> exporter(Mapping mapping) {
        return mapping.backing() instanceof Backing.BarRange bar ? Optional.of(bar.exporter()) : Optional.empty();
    }
}
