package io.iommuledger.agent.host;

import io.iommuledger.agent.simulated.DmaAnswer;
import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.reset.Episode;
import java.util.List;
import java.util.Optional;

/** What must hold between the books and the machine, and within the books, after every operation. */
final class FoldAgainstMachine {

    private FoldAgainstMachine() {}

    static void assertSame(HostState books, SimulatedHost machine) {
        List<Episode> open = books.openEpisodes();
        for (Context context : books.contexts()) {
            List<Mapping> mappings = books.mappings(context.id());
            disjoint(mappings);
            mappings.forEach(mapping -> explained(mapping, open));
            Optional<PciAddress> member = books.devices().stream()
                    .filter(device -> context.groups().contains(device.group()))
                    .map(Device::address)
                    .findFirst();
            if (member.isEmpty()) {
                check(mappings.isEmpty(), "mappings without a group in " + context);
                continue;
            }
            List<IovaRange> said = mappings.stream()
                    .filter(mapping -> mapping.state().inKernel())
                    .map(Mapping::iova)
                    .toList();
            List<IovaRange> stands = machine.standing(member.get());
            check(said.equals(stands), "the books say " + said + ", the kernel has " + stands);
            for (Mapping mapping : mappings) {
                reached(mapping, machine.dmaRead(member.get(), mapping.iova().start()));
            }
        }
    }

    private static void disjoint(List<Mapping> mappings) {
        for (int i = 1; i < mappings.size(); i++) {
            Mapping before = mappings.get(i - 1);
            check(!before.iova().overlaps(mappings.get(i).iova()), before + " overlaps " + mappings.get(i));
        }
    }

    /** STALE and suspended only within an open episode of the exporter. */
    private static void explained(Mapping mapping, List<Episode> open) {
        if ((mapping.suspended() || mapping.state() == MappingState.STALE)
                && mapping.backing() instanceof Backing.BarRange bar) {
            check(
                    open.stream()
                            .anyMatch(episode -> mapping.episode().equals(Optional.of(episode.id()))
                                    && episode.affected().contains(bar.exporter())),
                    mapping + " outside of its episode");
        }
        mapping.exposure()
                .filter(exposure -> exposure.atMost().isPresent())
                .ifPresent(exposure ->
                        check(exposure.atMost().getAsLong() >= exposure.atLeast(), "bounds of " + exposure));
    }

    private static void reached(Mapping mapping, DmaAnswer answer) {
        boolean bar = mapping.backing() instanceof Backing.BarRange;
        boolean right = switch (mapping.state()) {
            case ACTIVE -> bar ? answer instanceof DmaAnswer.Read : !(answer instanceof DmaAnswer.Fault);
            case STALE -> mapping.cause() == Cause.LOW_POWER ? mayAnswer(answer) : answer instanceof DmaAnswer.Nothing;
            case REVOKED -> answer instanceof DmaAnswer.Fault;
            default -> !(answer instanceof DmaAnswer.Fault);
        };
        check(right, mapping + " reads " + answer);
    }

    /** A device whose user lets it sleep need not do so. */
    private static boolean mayAnswer(DmaAnswer answer) {
        return !(answer instanceof DmaAnswer.Fault);
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
