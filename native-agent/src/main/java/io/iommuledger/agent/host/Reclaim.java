package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.GroupFd;
import io.iommuledger.agent.kernel.Holder;
import io.iommuledger.agent.kernel.HostPlatform;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.fact.GroupBusy;
import io.iommuledger.lifecycle.fact.GroupFree;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds out what became of the groups that the agent's former start held. A group has a single opener, so to open it is
 * to know that nobody else holds it, and that what stood on it is gone.
 */
final class Reclaim {
    private static final System.Logger LOG = System.getLogger(Reclaim.class.getName());

    private final VfioKernel kernel;
    private final HostPlatform platform;
    private final Recorder recorder;
    private final Contexts contexts;
    private final Set<Integer> unknown;
    private final Set<Integer> told = new TreeSet<>();

    Reclaim(VfioKernel kernel, HostPlatform platform, Recorder recorder, Contexts contexts, Set<Integer> formerGroups) {
        this.kernel = kernel;
        this.platform = platform;
        this.recorder = recorder;
        this.contexts = contexts;
        this.unknown = new TreeSet<>(formerGroups);
    }

    /** @return whether all are known now */
    boolean attempt() {
        for (int group : List.copyOf(unknown)) {
            if (contexts.holding(group).isPresent() || free(group)) {
                unknown.remove(group);
            }
        }
        return unknown.isEmpty();
    }

    private boolean free(int group) {
        try {
            GroupFd fd = kernel.openGroup(group);
            recorder.record(new GroupFree(group));
            kernel.close(fd);
            return true;
        } catch (KernelRefused refused) {
            if (refused.errno().equals(Errno.EBUSY) && told.add(group)) {
                recorder.record(platform.holdersOf(group).stream()
                        .findFirst()
                        .map(holder -> busy(group, holder))
                        .orElseGet(() -> new GroupBusy(group, 0, "")));
            }
            LOG.log(System.Logger.Level.DEBUG, "group {0}: {1}", group, refused.getMessage());
            return false;
        }
    }

    private static GroupBusy busy(int group, Holder holder) {
        return new GroupBusy(group, holder.pid(), holder.command());
    }
}
