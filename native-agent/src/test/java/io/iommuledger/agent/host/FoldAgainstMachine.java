package io.iommuledger.agent.host;

import io.iommuledger.agent.simulated.DmaAnswer;
import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.device.PowerState;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.reset.Episode;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What must hold between the books and the machine, and within the books, after every operation. */
final class FoldAgainstMachine {

    private FoldAgainstMachine() {}

    static void assertSame(HostState books, SimulatedHost machine) {
        books.devices().forEach(device -> held(device, books, machine.held(device.address())));
        List<Episode> open = books.openEpisodes();
        for (Context context : books.contexts()) {
            List<Mapping> mappings = books.mappings(context.id());
            disjoint(mappings);
            mappings.forEach(mapping -> {
                explained(mapping, open);
                awaited(mapping, books);
            });
            Optional<PciAddress> member = books.devices().stream()
                    .filter(device -> context.groups().contains(device.group()))
                    .map(Device::address)
                    .findFirst();
            if (member.isEmpty()) {
                check(mappings.isEmpty(), () -> "mappings without a group in " + context);
                continue;
            }
            List<IovaRange> said = mappings.stream()
                    .filter(mapping -> mapping.state().inKernel())
                    .map(Mapping::iova)
                    .toList();
            List<IovaRange> stands = machine.standing(member.get());
            check(said.equals(stands), () -> "the books say " + said + ", the kernel has " + stands);
            for (Mapping mapping : mappings) {
                reached(
                        mapping,
                        books,
                        machine.dmaRead(member.get(), mapping.iova().start()));
            }
        }
    }

    private static void held(Device device, HostState books, SimulatedHost.Held held) {
        boolean attached =
                books.contexts().stream().anyMatch(context -> context.groups().contains(device.group()));
        check(held.attached() == attached, () -> device + " is attached by the books: " + attached);
        check(held.open() == device.held(), () -> device + " is open in the kernel: " + held.open());
        if (device.held()) {
            check(
                    device.decoding().isEmpty() || device.decodes() == held.decodes(),
                    () -> device + " decodes: " + held.decodes());
            check(
                    (device.power() == PowerState.LOW) == held.lowPower(),
                    () -> device + " may sleep: " + held.lowPower());
        }
    }

    private static void disjoint(List<Mapping> mappings) {
        for (int i = 1; i < mappings.size(); i++) {
            Mapping before = mappings.get(i - 1);
            Mapping after = mappings.get(i);
            check(!before.iova().overlaps(after.iova()), () -> before + " overlaps " + after);
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
                    () -> mapping + " outside of its episode");
        }
        mapping.exposure()
                .filter(exposure -> exposure.atMost().isPresent())
                .ifPresent(exposure ->
                        check(exposure.atMost().getAsLong() >= exposure.atLeast(), () -> "bounds of " + exposure));
    }

    /** Nothing stays withdrawn for an episode whose device answers. */
    private static void awaited(Mapping mapping, HostState books) {
        if (mapping.suspended() && mapping.backing() instanceof Backing.BarRange bar) {
            check(
                    books.device(bar.exporter()).filter(Device::answers).isEmpty(),
                    () -> mapping + " waits for a device that answers");
        }
    }

    private static void reached(Mapping mapping, HostState books, DmaAnswer answer) {
        boolean bar = mapping.backing() instanceof Backing.BarRange;
        boolean unread = mapping.backing() instanceof Backing.BarRange of
                && books.device(of.exporter()).flatMap(Device::decoding).isEmpty();
        boolean right = switch (mapping.state()) {
            case ACTIVE -> bar ? answer instanceof DmaAnswer.Read : !(answer instanceof DmaAnswer.Fault);
            case STALE ->
                (mapping.cause() == Cause.LOW_POWER || unread)
                        ? mayAnswer(answer)
                        : answer instanceof DmaAnswer.Nothing;
            case REVOKED -> answer instanceof DmaAnswer.Fault;
            default -> !(answer instanceof DmaAnswer.Fault);
        };
        check(right, () -> mapping + " reads " + answer);
    }

    /** A device whose user lets it sleep need not do so, and one that could not be read after a reset may be back. */
    private static boolean mayAnswer(DmaAnswer answer) {
        return !(answer instanceof DmaAnswer.Fault);
    }

    private static void check(boolean holds, Supplier<String> what) {
        if (!holds) {
            throw new AssertionError(what.get());
        }
    }
}
