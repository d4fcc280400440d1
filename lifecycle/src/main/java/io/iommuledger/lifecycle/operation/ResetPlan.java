package io.iommuledger.lifecycle.operation;

import io.iommuledger.lifecycle.host.Policies.OnReset;
import java.util.List;
import java.util.Optional;

/**
 * What a reset would do, without doing it.
 *
 * @param devices      that it takes along
 * @param effect       what becomes of the mappings under the policy in force, but for those that are orphaned
 * @param mappings     that reach those devices, {@link #MOST_MAPPINGS} at most, orphaned ones last
 * @param mappingCount how many there are in all
 * @param refusal      why it would be refused; empty if nothing speaks against it
 */
public record ResetPlan(
        List<PlannedDevice> devices,
        OnReset effect,
        List<PlannedMapping> mappings,
        long mappingCount,
        Optional<String> refusal) {
    public static final int MOST_MAPPINGS = 1_000;
}
