package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.HostPlatform;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.device.PowerState;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Mapping;
import java.util.Optional;

/** Why the kernel could not pin what a mapping was to stand on: EFAULT and ENOMEM of {@code VFIO_IOMMU_MAP_DMA}. */
final class BackingCauses {
    private final HostPlatform platform;
    private final Recorder recorder;
    private final Contexts contexts;

    BackingCauses(HostPlatform platform, Recorder recorder, Contexts contexts) {
        this.platform = platform;
        this.recorder = recorder;
        this.contexts = contexts;
    }

    Optional<Finding> ofFault(Backing backing) {
        return switch (backing) {
            case Backing.BarRange bar -> away(bar.exporter());
            case Backing.FileRange file ->
                file.deviceMemory()
                        ? Finding.perhaps(
                                "the device whose memory file " + file.path()
                                        + " is does not answer: its memory decoding is off, or it is in low power; which"
                                        + " device that is, the agent does not know",
                                "see to it that the device answers, then ask again")
                        : Finding.perhaps(
                                "file " + file.path() + " ends before the range does, or has become shorter",
                                "give a range that lies inside the file");
            case Backing.Memory memory -> noPage();
            case Backing.RegionRange region -> noPage();
        };
    }

    private static Optional<Finding> noPage() {
        return Finding.perhaps(
                "there was no page for the agent's memory: no huge page is free, or the machine is out of memory",
                "free memory, or set huge pages aside, then ask again");
    }

    private Optional<Finding> away(PciAddress exporter) {
        PowerState power =
                recorder.books().device(exporter).map(device -> device.power()).orElse(PowerState.ON);
        if (power == PowerState.LOW) {
            return Finding.certain(
                    "device " + exporter + " is in low power",
                    "wake it, PUT " + path(exporter) + "/power {\"state\":\"on\"}, then ask again");
        }
        Optional<MemoryDecoding> decoding = decoding(exporter);
        if (decoding.isEmpty()) {
            return Finding.perhaps(
                    "the BAR of device " + exporter
                            + " does not answer; whether its memory decoding is on could not be read",
                    "see to it that the device answers, then ask again");
        }
        return decoding.get() == MemoryDecoding.OFF
                ? Finding.certain(
                        "the memory decoding of device " + exporter + " is off",
                        "switch it on, PUT " + path(exporter) + "/memory {\"enabled\":true}, then ask again")
                : Finding.perhaps(
                        "the BAR of device " + exporter
                                + " could not be had just then: now its memory decoding is on, and"
                                + " it is not in low power",
                        "ask again; if it is refused again, look at the host's kernel log");
    }

    private String path(PciAddress device) {
        return "/api/v1/hosts/" + recorder.stream().host() + "/devices/" + device;
    }

    /** As the device says; empty if it does not. */
    private Optional<MemoryDecoding> decoding(PciAddress device) {
        return contexts.device(device).flatMap(held -> {
            try {
                return Optional.of(held.decoding());
            } catch (KernelRefused unread) {
                return Optional.empty();
            }
        });
    }

    /** @param bytes that the kernel was to lock beside what is locked already */
    Optional<Finding> ofMemory(Backing backing, long bytes) {
        boolean free = backing instanceof Backing.BarRange
                || (backing instanceof Backing.FileRange file && file.deviceMemory());
        long limit = platform.memoryLockLimit();
        if (free || limit < 0) {
            return Finding.perhaps(
                    "the machine is out of memory: "
                            + (free
                                    ? "device memory is not locked, so no limit counts it"
                                    : "what the agent locks is not limited"),
                    "free memory on the host, then ask again");
        }
        long locked = locked();
        return Long.compareUnsigned(locked + bytes, limit) > 0
                ? Finding.certain(
                        "the agent's mappings lock " + locked + " bytes, and with " + Long.toUnsignedString(bytes)
                                + " more they would pass its limit of locked memory (RLIMIT_MEMLOCK), " + limit
                                + " bytes",
                        "raise LimitMEMLOCK of the agent, or unmap something")
                : Finding.perhaps(
                        "the machine is out of memory: the agent's limit of locked memory, " + limit
                                + " bytes, is not reached with the " + locked + " that its mappings lock",
                        "free memory on the host, then ask again");
    }

    private long locked() {
        return recorder.books().contexts().stream()
                .flatMap(context -> recorder.books().mappings(context.id()).stream())
                .filter(Mapping::locksMemory)
                .mapToLong(Mapping::size)
                .sum();
    }
}
