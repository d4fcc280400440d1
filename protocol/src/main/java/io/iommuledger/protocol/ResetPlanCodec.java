package io.iommuledger.protocol;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.operation.PlannedDevice;
import io.iommuledger.lifecycle.operation.PlannedDevice.Owner;
import io.iommuledger.lifecycle.operation.PlannedMapping;
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
        plan.refusal().ifPresent(wire::setRefusal);
        plan.devices()
                .forEach(device -> wire.addDevices(FactProto.PlannedDevice.newBuilder()
                        .setDevice(device.device().packed())
                        .setGroup(device.group())
                        .setOwner(FactProto.Owner.valueOf(
                                "OWNER_" + device.owner().name()))
                        .setOwnerName(device.ownerName())));
        plan.mappings()
                .forEach(mapping -> wire.addMappings(FactProto.PlannedMapping.newBuilder()
                        .setMapping(mapping.mapping())
                        .setContext(mapping.context())
                        .setOrphaned(mapping.orphaned())));
        return wire.build();
    }

    static ResetPlan decode(FactProto.ResetPlan wire) {
        return new ResetPlan(
                wire.getDevicesList().stream()
                        .map(device -> new PlannedDevice(
                                PciAddress.unpack(device.getDevice()),
                                device.getGroup(),
                                Wire.after("OWNER_", Owner.class, device.getOwner()),
                                device.getOwnerName()))
                        .toList(),
                Wire.onReset(wire.getEffect()),
                wire.getMappingsList().stream()
                        .map(mapping ->
                                new PlannedMapping(mapping.getMapping(), mapping.getContext(), mapping.getOrphaned()))
                        .toList(),
                wire.getMappingCount(),
                wire.hasRefusal() ? Optional.of(wire.getRefusal()) : Optional.empty());
    }
}
