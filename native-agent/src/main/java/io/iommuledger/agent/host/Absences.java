package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.device.PowerState;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.PowerChanged;
import io.iommuledger.lifecycle.fact.PowerRequested;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.Circumstances;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.List;

/** What makes a device's BARs go away and come back without a reset: memory decoding and low power. */
final class Absences {
    private static final int LOW_POWER_ENTRY = 3;

    private final VfioKernel kernel;
    private final Recorder recorder;
    private final Numbers numbers;
    private final Contexts contexts;
    private final Suspensions suspensions;
    private final Checkpoint checkpoint;

    Absences(
            VfioKernel kernel,
            Recorder recorder,
            Numbers numbers,
            Contexts contexts,
            Suspensions suspensions,
            Checkpoint checkpoint) {
        this.kernel = kernel;
        this.recorder = recorder;
        this.numbers = numbers;
        this.contexts = contexts;
        this.suspensions = suspensions;
        this.checkpoint = checkpoint;
    }

    Figures decode(PciAddress address, MemoryDecoding wanted) throws KernelRefused, AgentRefused {
        OpenDevice held = contexts.heldDevice(address);
        long episode = numbers.nextEpisode();
        if (wanted == MemoryDecoding.OFF) {
            suspensions.withdraw(episode, address, EpisodeKind.MEMORY_OFF, List.of(address));
        }
        try {
            recorder.perform(
                    new MemoryDecodingRequested(episode, address, wanted),
                    () -> {
                        MemoryDecoding now = held.decode(wanted);
                        checkpoint.reached(Step.CALL_RETURNED);
                        return now;
                    },
                    (intent, now) -> new MemoryDecodingChanged(intent, address, now));
        } catch (KernelRefused refused) {
            suspensions.callRecorded(List.of(address));
            throw refused.in(Circumstances.ofRefused("device " + address));
        }
        suspensions.callRecorded(List.of(address));
        return Figures.NONE;
    }

    Figures power(PciAddress address, PowerState wanted) throws KernelRefused, AgentRefused {
        OpenDevice held = contexts.heldDevice(address);
        if (!kernel.hasFeature(held.fd(), LOW_POWER_ENTRY)) {
            throw new AgentRefused(
                    AgentReason.UNSUPPORTED,
                    "device " + address + " has no low power under this kernel"
                            + " (VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY, from 6.1 on)");
        }
        long episode = numbers.nextEpisode();
        if (wanted == PowerState.LOW) {
            suspensions.withdraw(episode, address, EpisodeKind.LOW_POWER, List.of(address));
        }
        try {
            recorder.perform(
                    new PowerRequested(episode, address, wanted),
                    () -> {
                        if (wanted == PowerState.LOW) {
                            kernel.enterLowPower(held.fd());
                        } else {
                            kernel.exitLowPower(held.fd());
                        }
                        checkpoint.reached(Step.CALL_RETURNED);
                        return wanted;
                    },
                    (intent, now) -> new PowerChanged(intent, address, now));
        } catch (KernelRefused refused) {
            suspensions.callRecorded(List.of(address));
            throw refused.in(Circumstances.ofRefused("device " + address));
        }
        suspensions.callRecorded(List.of(address));
        return Figures.NONE;
    }
}
