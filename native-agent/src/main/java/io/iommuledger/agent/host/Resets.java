package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.GroupFd;
import io.iommuledger.agent.kernel.HotResetDependent;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.DecodingOf;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Function resets and hot resets. */
final class Resets {

    /** The system call that resets. */
    @FunctionalInterface
    private interface Call {
        void run() throws KernelRefused;
    }

    private static final System.Logger LOG = System.getLogger(Resets.class.getName());

    private final VfioKernel kernel;
    private final Recorder recorder;
    private final Numbers numbers;
    private final Contexts contexts;
    private final Devices devices;

    Resets(VfioKernel kernel, Recorder recorder, Numbers numbers, Contexts contexts, Devices devices) {
        this.kernel = kernel;
        this.recorder = recorder;
        this.numbers = numbers;
        this.contexts = contexts;
        this.devices = devices;
    }

    Figures function(PciAddress address) throws KernelRefused, AgentRefused {
        devices.known(address);
        OpenDevice held = contexts.heldDevice(address);
        return reset(address, EpisodeKind.FUNCTION_RESET, List.of(address), () -> kernel.resetDevice(held.fd()));
    }

    /** Proves ownership with every group that the agent holds among those affected; the kernel judges if that is enough. */
    Figures hot(PciAddress address) throws KernelRefused, AgentRefused {
        devices.known(address);
        OpenDevice held = contexts.heldDevice(address);
        List<HotResetDependent> dependents = kernel.hotResetInfo(held.fd());
        List<PciAddress> affected =
                dependents.stream().map(HotResetDependent::device).toList();
        List<GroupFd> owned = dependents.stream()
                .map(HotResetDependent::group)
                .distinct()
                .map(devices::groupFd)
                .flatMap(Optional::stream)
                .toList();
        return reset(address, EpisodeKind.HOT_RESET, affected, () -> kernel.hotReset(held.fd(), owned));
    }

    private Figures reset(PciAddress address, EpisodeKind kind, List<PciAddress> affected, Call call)
            throws KernelRefused {
        long episode = numbers.nextEpisode();
        recorder.perform(
                new ResetRequested(episode, address, kind, affected),
                () -> {
                    call.run();
                    return decoding(affected);
                },
                (intent, decoding) -> new ResetFinished(intent, episode, decoding));
        return Figures.NONE.withEpisode(episode, affected);
    }

    /** Of the devices that the agent holds and can read; the reset itself has happened, whatever a read says now. */
    private List<DecodingOf> decoding(List<PciAddress> affected) {
        List<DecodingOf> decoding = new ArrayList<>();
        for (PciAddress address : affected) {
            contexts.device(address).ifPresent(held -> {
                try {
                    decoding.add(new DecodingOf(address, held.decoding()));
                } catch (KernelRefused refused) {
                    LOG.log(System.Logger.Level.WARNING, "{0} does not answer after its reset: {1}", address, refused);
                }
            });
        }
        return decoding;
    }
}
