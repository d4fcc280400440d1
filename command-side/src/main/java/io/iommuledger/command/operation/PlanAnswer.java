package io.iommuledger.command.operation;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.host.Policies.OnReset;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.operation.PlannedDevice;
import io.iommuledger.lifecycle.operation.ResetPlan;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a reset would do, over HTTP. */
final class PlanAnswer {

    private PlanAnswer() {}

    static void put(ResetPlan plan, StreamId target, Map<String, Object> members) {
        members.put("dryRun", true);
        members.put("devices", plan.devices().stream().map(PlanAnswer::device).toList());
        String effect = plan.effect() == OnReset.SUSPEND ? "suspended" : "stale";
        members.put("effect", effect);
        members.put("mappingCount", plan.mappingCount());
        members.put(
                "mappings",
                plan.mappings().stream()
                        .map(mapping -> Map.of(
                                "mapping",
                                new MappingId(target.host(), target.epoch(), mapping.mapping()).toString(),
                                "context",
                                new ContextId(target.epoch(), mapping.context()).toString(),
                                "effect",
                                mapping.orphaned() ? "orphaned" : effect))
                        .toList());
        members.put("wouldBeRefused", plan.refusal().isPresent());
        plan.refusal().ifPresent(why -> members.put("refusal", why));
    }

    private static Map<String, Object> device(PlannedDevice device) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("device", device.device().toString());
        members.put("group", device.group());
        members.put("owner", device.owner().name().toLowerCase(Locale.ROOT));
        if (!device.ownerName().isEmpty()) {
            members.put("ownerName", device.ownerName());
        }
        return members;
    }
}
