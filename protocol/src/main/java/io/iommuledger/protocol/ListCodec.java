package io.iommuledger.protocol;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.DecodingOf;
import io.iommuledger.lifecycle.fact.ListPart;
import io.iommuledger.lifecycle.operation.PlannedDevice;
import io.iommuledger.lifecycle.operation.PlannedDevice.Owner;
import io.iommuledger.lifecycle.operation.PlannedMapping;
import io.iommuledger.protocol.v1.FactProto;
import java.util.List;

/** Lists to protobuf and back, wherever they stand. */
final class ListCodec {

    private ListCodec() {}

    static FactProto.ListPart encode(ListPart part) {
        FactProto.ListPart.Builder wire = FactProto.ListPart.newBuilder().addAllDevices(Wire.devices(part.devices()));
        part.decoding().forEach(one -> wire.addDecoding(encode(one)));
        part.iovaRanges().forEach(range -> wire.addIovaRanges(Wire.range(range)));
        part.plannedDevices().forEach(device -> wire.addPlannedDevices(encode(device)));
        part.plannedMappings().forEach(mapping -> wire.addPlannedMappings(encode(mapping)));
        return wire.build();
    }

    static ListPart decode(FactProto.ListPart wire) {
        return new ListPart(
                Wire.addresses(wire.getDevicesList()),
                decodings(wire.getDecodingList()),
                wire.getIovaRangesList().stream().map(Wire::range).toList(),
                wire.getPlannedDevicesList().stream().map(ListCodec::decode).toList(),
                wire.getPlannedMappingsList().stream().map(ListCodec::decode).toList());
    }

    static FactProto.DecodingOf encode(DecodingOf one) {
        return FactProto.DecodingOf.newBuilder()
                .setDevice(one.device().packed())
                .setDecoding(Wire.decoding(one.decoding()))
                .build();
    }

    static List<DecodingOf> decodings(List<FactProto.DecodingOf> wire) {
        return wire.stream()
                .map(one -> new DecodingOf(PciAddress.unpack(one.getDevice()), Wire.decoding(one.getDecoding())))
                .toList();
    }

    static FactProto.PlannedDevice encode(PlannedDevice device) {
        return FactProto.PlannedDevice.newBuilder()
                .setDevice(device.device().packed())
                .setGroup(device.group())
                .setOwner(FactProto.Owner.valueOf("OWNER_" + device.owner().name()))
                .setOwnerName(Wire.text(device.ownerName()))
                .build();
    }

    static PlannedDevice decode(FactProto.PlannedDevice device) {
        return new PlannedDevice(
                PciAddress.unpack(device.getDevice()),
                device.getGroup(),
                Wire.after("OWNER_", Owner.class, device.getOwner()),
                device.getOwnerName());
    }

    static FactProto.PlannedMapping encode(PlannedMapping mapping) {
        return FactProto.PlannedMapping.newBuilder()
                .setMapping(mapping.mapping())
                .setContext(mapping.context())
                .setOrphaned(mapping.orphaned())
                .build();
    }

    static PlannedMapping decode(FactProto.PlannedMapping mapping) {
        return new PlannedMapping(mapping.getMapping(), mapping.getContext(), mapping.getOrphaned());
    }
}
