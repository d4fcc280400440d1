package io.iommuledger.protocol;

import io.iommuledger.lifecycle.operation.ResetPlan;
import io.iommuledger.protocol.v1.FactProto;
import java.util.Optional;

/** Plans of resets to protobuf and back. */
final class ResetPlanCodec {

    private ResetPlanCodec() {}

    static FactProto.ResetPlan encode(ResetPlan plan) {
        FactProto.ResetPlan.Builder wire = FactProto.ResetPlan.newBuilder()
                .setEffect(Wire.onReset(plan.effect()))
                .setMappingCount(plan.mappingCount());
        plan.refusal().map(Wire::text).ifPresent(wire::setRefusal);
        plan.devices().forEach(device -> wire.addDevices(ListCodec.encode(device)));
        plan.mappings().forEach(mapping -> wire.addMappings(ListCodec.encode(mapping)));
        return wire.build();
    }

    static ResetPlan decode(FactProto.ResetPlan wire) {
        return new ResetPlan(
                wire.getDevicesList().stream().map(ListCodec::decode).toList(),
                Wire.onReset(wire.getEffect()),
                wire.getMappingsList().stream().map(ListCodec::decode).toList(),
                wire.getMappingCount(),
                wire.hasRefusal() ? Optional.of(wire.getRefusal()) : Optional.empty());
    }
}
