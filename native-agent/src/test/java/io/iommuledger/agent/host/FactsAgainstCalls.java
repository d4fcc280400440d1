package io.iommuledger.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.host.FailTheNth.Call;
import io.iommuledger.agent.kernel.FileFd;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PowerState;
import io.iommuledger.lifecycle.fact.AccessChangeRequested;
import io.iommuledger.lifecycle.fact.AccessChanged;
import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.ContextCloseRequested;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.DeviceOpenRequested;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.GroupAttachRequested;
import io.iommuledger.lifecycle.fact.GroupDetachRequested;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.NotAsked;
import io.iommuledger.lifecycle.fact.PowerRequested;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.RegionFreeRequested;
import io.iommuledger.lifecycle.fact.RegionRequested;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.RestoreRequested;
import io.iommuledger.lifecycle.fact.UnmapFellShort;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * No fact is missing or invented: each call that changes something was made after the intent that asks for just that and
 * right before its answer, and the answer says what the call answered.
 */
final class FactsAgainstCalls {
    private static final Set<String> CHANGING = Set.of(
            "openContainer",
            "setIommu",
            "mapDma",
            "unmapDma",
            "openGroup",
            "setContainer",
            "unsetContainer",
            "openDevice",
            "disarmIrqs",
            "resetDevice",
            "hotReset",
            "enterLowPower",
            "exitLowPower",
            "writeRegion",
            "close");
    private static final int COMMAND_MEMORY = 2;

    private final Map<Long, List<Call>> byFacts;
    private final Map<Long, MapRequested> asked = new HashMap<>();
    private final Map<Long, DmaAccess> accesses = new HashMap<>();

    private FactsAgainstCalls(List<Call> calls) {
        this.byFacts = calls.stream().collect(Collectors.groupingBy(Call::facts));
    }

    static void assertSame(List<Call> calls, List<RecordedFact> facts) {
        FactsAgainstCalls comparison = new FactsAgainstCalls(calls);
        for (int i = 0; i <= facts.size(); i++) {
            List<Call> before = comparison.byFacts.getOrDefault((long) i, List.of());
            if (i < facts.size() && facts.get(i).fact() instanceof Answer answer) {
                comparison.compare((Intent) facts.get((int) answer.intent()).fact(), answer, before);
            } else {
                int next = i;
                assertThat(before)
                        .as(() -> "calls without an intent, before fact " + next)
                        .noneMatch(FactsAgainstCalls::changes);
            }
        }
    }

    private void compare(Intent intent, Answer answer, List<Call> calls) {
        Supplier<String> what = () -> intent + ", " + answer + ": " + calls;
        Set<String> meant = meant(intent);
        assertThat(calls).as(what).allMatch(call -> !changes(call) || meant.contains(call.name()));
        if (answer instanceof NotAsked) {
            assertThat(undone(calls) || calls.stream().noneMatch(FactsAgainstCalls::changes))
                    .as(what)
                    .isTrue();
        } else if (answer instanceof AccessChanged changed) {
            assertChanged((AccessChangeRequested) intent, changed, calls, what);
        } else if (answer instanceof Refused refused) {
            assertThat(calls.stream().flatMap(call -> call.refusal().stream()).toList())
                    .as(what)
                    .last()
                    .isEqualTo(refused.evidence());
            assertThat(undone(calls) || calls.stream().noneMatch(call -> decides(intent, call) && call.done()))
                    .as(what)
                    .isTrue();
        } else {
            List<Call> deciding =
                    calls.stream().filter(call -> decides(intent, call)).toList();
            assertThat(deciding).as(what).hasSize(1).allMatch(Call::done);
            assertBytes(answer, deciding.getFirst(), what);
        }
        if (intent instanceof MapRequested map) {
            asked.put(map.mapping(), map);
            accesses.put(map.mapping(), map.access());
        }
    }

    private static boolean undone(List<Call> calls) {
        return calls.stream().anyMatch(call -> call.name().equals("close") && call.done());
    }

    private static void assertBytes(Answer answer, Call call, Supplier<String> what) {
        Optional<Object> bytes = switch (answer) {
            case Unmapped unmapped -> Optional.of(unmapped.unmappedBytes());
            case UnmapFellShort fell -> Optional.of(fell.unmappedBytes());
            default -> call.answer();
        };
        assertThat(call.answer()).as(what).isEqualTo(bytes);
    }

    private void assertChanged(
            AccessChangeRequested intent, AccessChanged answer, List<Call> calls, Supplier<String> what) {
        long bytes = calls.stream()
                .filter(call -> call.name().equals("unmapDma"))
                .mapToLong(call -> (long) call.answer().orElseThrow())
                .sum();
        assertThat(answer.unmappedBytes()).as(what).isEqualTo(bytes);
        assertThat(answer.refusal())
                .as(what)
                .isEqualTo(
                        calls.stream().flatMap(call -> call.refusal().stream()).findFirst());
        boolean mapped =
                calls.stream().anyMatch(call -> call.done() && maps(call, known(intent.mapping()), intent.access()));
        assertThat(mapped)
                .as(what)
                .isEqualTo(intent.access().isPresent() && answer.refusal().isEmpty());
        if (mapped) {
            accesses.put(intent.mapping(), intent.access().orElseThrow());
        }
    }

    /** A file that was opened to map it is nothing that stands: its mapping outlives its descriptor. */
    private static boolean changes(Call call) {
        return CHANGING.contains(call.name())
                && !(call.name().equals("close") && call.arguments().getFirst() instanceof FileFd);
    }

    /** Calls that an intent may bring about. */
    private static Set<String> meant(Intent intent) {
        return switch (intent) {
            case ContextOpenRequested open -> Set.of("openContainer", "close");
            case GroupAttachRequested attach -> Set.of("openGroup", "setContainer", "setIommu", "close");
            case DeviceOpenRequested open -> Set.of("openDevice", "writeRegion", "close");
            case MapRequested map -> Set.of("mapDma");
            case RestoreRequested restore -> Set.of("mapDma");
            case UnmapRequested unmap -> Set.of("unmapDma");
            case AccessChangeRequested change -> Set.of("unmapDma", "mapDma");
            case RegionRequested region -> Set.of();
            case RegionFreeRequested free -> Set.of();
            case PowerRequested power -> Set.of("enterLowPower", "exitLowPower");
            case ResetRequested reset -> Set.of("resetDevice", "hotReset");
            case MemoryDecodingRequested decoding -> Set.of("writeRegion");
            case DeviceReleaseRequested release -> Set.of("disarmIrqs", "close");
            case GroupDetachRequested detach -> Set.of("unsetContainer", "close");
            case ContextCloseRequested close -> Set.of("close");
        };
    }

    /** Whether the call is what the intent asks for. */
    private boolean decides(Intent intent, Call call) {
        return switch (intent) {
            case ContextOpenRequested open -> call.name().equals("openContainer");
            case GroupAttachRequested attach -> call.name().equals("setContainer");
            case DeviceOpenRequested open ->
                call.name().equals("openDevice") && call.arguments().get(1).equals(open.device());
            case MapRequested map -> maps(call, map, Optional.of(map.access()));
            case RestoreRequested restore ->
                maps(call, known(restore.mapping()), Optional.ofNullable(accesses.get(restore.mapping())));
            case UnmapRequested unmap -> unmaps(call, unmap.iova());
            case AccessChangeRequested change -> call.name().equals("mapDma");
            case RegionRequested region -> call.name().equals("mmapAnonymous") && call.number(0) == region.size();
            case RegionFreeRequested free -> call.name().equals("munmap");
            case PowerRequested power ->
                call.name().equals(power.state() == PowerState.LOW ? "enterLowPower" : "exitLowPower");
            case ResetRequested reset ->
                call.name().equals(reset.kind() == EpisodeKind.HOT_RESET ? "hotReset" : "resetDevice");
            case MemoryDecodingRequested decoding ->
                call.name().equals("writeRegion")
                        && ((call.number(4) & COMMAND_MEMORY) != 0) == (decoding.decoding() == MemoryDecoding.ON);
            case DeviceReleaseRequested release -> call.name().equals("close");
            case GroupDetachRequested detach -> call.name().equals("unsetContainer");
            case ContextCloseRequested close -> call.name().equals("close");
        };
    }

    private MapRequested known(long mapping) {
        return Objects.requireNonNull(asked.get(mapping));
    }

    private static boolean maps(Call call, MapRequested map, Optional<DmaAccess> access) {
        return call.name().equals("mapDma")
                && call.number(2) == map.iova().start()
                && call.number(3) == map.iova().size()
                && access.filter(wanted -> wanted.flags() == call.number(4)).isPresent();
    }

    private static boolean unmaps(Call call, IovaRange range) {
        boolean all = range.equals(IovaRange.ALL);
        return call.name().equals("unmapDma")
                && call.number(1) == range.start()
                && call.number(2) == (all ? 0 : range.size())
                && call.number(3) == (all ? 2 : 0);
    }
}
