package io.iommuledger.agent.host;

import io.iommuledger.agent.host.ResetPlans.Plan;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.DecodingOf;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.operation.Circumstances;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.ArrayList;
import java.util.List;

/** Function resets and hot resets. */
final class Resets {
    private static final System.Logger LOG = System.getLogger(Resets.class.getName());

    private final VfioKernel kernel;
    private final Recorder recorder;
    private final Numbers numbers;
    private final Contexts contexts;
    private final ResetPlans plans;
    private final Suspensions suspensions;
    private final Checkpoint checkpoint;

    Resets(
            VfioKernel kernel,
            Recorder recorder,
            Numbers numbers,
            Contexts contexts,
            ResetPlans plans,
            Suspensions suspensions,
            Checkpoint checkpoint) {
        this.kernel = kernel;
        this.recorder = recorder;
        this.numbers = numbers;
        this.contexts = contexts;
        this.plans = plans;
        this.suspensions = suspensions;
        this.checkpoint = checkpoint;
    }

    Figures reset(Instruction.Reset wanted) throws KernelRefused, AgentRefused {
        OpenDevice device = contexts.heldDevice(wanted.device());
        Plan plan;
        try {
            plan = plans.plan(device, wanted.kind());
        } catch (KernelRefused refused) {
            throw refused.in(Circumstances.ofRefused("device " + wanted.device()));
        }
        if (wanted.dryRun()) {
            return Figures.NONE.withPlan(plan.told());
        }
        if (plan.refusal().isPresent()) {
            throw plan.refusal().get();
        }
        long episode = numbers.nextEpisode();
        suspensions.withdraw(episode, wanted.device(), wanted.kind(), plan.affected());
        try {
            recorder.perform(
                    new ResetRequested(episode, wanted.device(), wanted.kind(), plan.affected()),
                    () -> {
                        if (wanted.kind() == EpisodeKind.HOT_RESET) {
                            kernel.hotReset(device.fd(), plan.owned());
                        } else {
                            kernel.resetDevice(device.fd());
                        }
                        checkpoint.reached(Step.CALL_RETURNED);
                        return decoding(plan.affected());
                    },
                    (intent, decoding) -> new ResetFinished(intent, episode, decoding));
        } catch (KernelRefused refused) {
            suspensions.callRecorded(plan.affected());
            throw refused.in(Circumstances.ofRefused("device " + wanted.device()));
        }
        suspensions.callRecorded(plan.affected());
        return Figures.NONE.withEpisode(episode, plan.affected());
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
