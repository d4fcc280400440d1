package io.iommuledger.query.alarm;

import io.iommuledger.lifecycle.evidence.Diagnosis;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.web.Hex;
import java.util.Optional;

/**
 * Why a mapping is lost, and what can be asked for: a restoration, once nothing is in its way, or an unmap. Its addresses and
 * its backing it keeps; no request gives it others.
 */
final class Remedy {
    private static final String MAP = "VFIO_IOMMU_MAP_DMA";

    private final Lost lost;

    private Remedy(Lost lost) {
        this.lost = lost;
    }

    static Remedy of(Lost lost) {
        return new Remedy(lost);
    }

    String likelyCause() {
        return faulted() ? whatFaulted() : Diagnosis.of(lost.evidence()).likelyCause();
    }

    private boolean faulted() {
        return refusedWith(Errno.EFAULT);
    }

    private boolean refusedWith(Errno errno) {
        return lost.evidence().call().equals(MAP) && lost.evidence().errno().equals(errno);
    }

    private String whatFaulted() {
        if (lost.exporter().isPresent()) {
            return "the memory decoding of " + lost.exporter().get() + " was off, or it was in low power";
        }
        if (lost.file().isPresent()) {
            return lost.deviceMemory()
                    ? "the device behind the file did not answer; which that is, nobody knows"
                    : "the file has become shorter";
        }
        return "there was no page for the agent's memory";
    }

    String whatToDo() {
        return lost.deviceMemory() && lost.strict()
                ? "policy mmio=strict refuses to install device memory through a file again; unmap it: " + unmap()
                : first().map(step -> step + ", then ").orElse("") + "POST /api/v1/mappings/" + lost.id()
                        + "/restore; or unmap it: " + unmap();
    }

    /** What has to be done before a restoration can succeed; empty if nothing is known. */
    private Optional<String> first() {
        if (faulted()) {
            return lost.exporter().isPresent()
                    ? wake(lost.exporter().get())
                    : Optional.of(
                            lost.file().isEmpty()
                                    ? "free memory on the host"
                                    : lost.deviceMemory()
                                            ? "see to it that the device behind the file answers"
                                            : "see to it that the file is as long as it was");
        }
        if (refusedWith(Errno.ENOMEM)) {
            return Optional.of("unmap what is not needed, free memory on the host, or raise the agent's limit of locked"
                    + " memory (prlimit --memlock)");
        }
        if (refusedWith(Errno.EEXIST)) {
            return Optional.of("unmap what stands at its addresses, which GET " + context() + "/mappings?iova="
                    + range() + " shows if an agent made it");
        }
        return Optional.of(
                refusedWith(Errno.ENOSPC)
                        ? "unmap others of context " + lost.context()
                        : "look at the host's kernel log for what is in the way");
    }

    private Optional<String> wake(String exporter) {
        String device = "/api/v1/hosts/" + lost.host() + "/devices/" + exporter;
        if (lost.asleep()) {
            return Optional.of("wake " + exporter + ", PUT " + device + "/power {\"state\":\"on\"}");
        }
        return switch (lost.decoding().orElse("")) {
            case "ON" -> Optional.empty();
            case "OFF" ->
                Optional.of("switch the memory decoding of " + exporter + " on, PUT " + device
                        + "/memory {\"enabled\":true}");
            default -> Optional.of("see to it that " + exporter + " answers, of which nobody knows whether it does");
        };
    }

    private String unmap() {
        return "DELETE " + context() + "/mappings?iova="
                + Hex.address(lost.iova().start()) + "&size=0x"
                + Long.toHexString(lost.iova().size()) + ". Until then the alarm stands: it is not acknowledged";
    }

    private String context() {
        return "/api/v1/hosts/" + lost.host() + "/contexts/" + lost.context();
    }

    private String range() {
        return Hex.address(lost.iova().start()) + "-" + Hex.address(lost.iova().last());
    }
}
