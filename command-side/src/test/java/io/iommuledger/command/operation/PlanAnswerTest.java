package io.iommuledger.command.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies.OnReset;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.PlannedMapping;
import io.iommuledger.lifecycle.operation.ResetPlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of each mapping that a reset would meet it is told what becomes of it. */
class PlanAnswerTest {

    @ParameterizedTest
    @CsvSource({"SUSPEND, suspended", "LEAVE, stale"})
    void anOrphanStaysOneWhateverThePolicyIs(OnReset policy, String effect) {
        Map<String, Object> members = new LinkedHashMap<>();
        PlanAnswer.put(
                new ResetPlan(
                        List.of(),
                        policy,
                        List.of(new PlannedMapping(7, 1, false), new PlannedMapping(2, 1, true)),
                        2,
                        Optional.empty()),
                new StreamId(new HostId("lab"), 3),
                members);
        assertThat(members)
                .containsEntry("effect", effect)
                .containsEntry("mappingCount", 2L)
                .containsEntry(
                        "mappings",
                        List.of(
                                Map.of("mapping", "lab.3-7", "context", "3-1", "effect", effect),
                                Map.of("mapping", "lab.3-2", "context", "3-1", "effect", "orphaned")));
    }
}
