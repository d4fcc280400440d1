package io.iommuledger.lifecycle.device;

import io.iommuledger.lifecycle.context.ContextId;
import java.util.List;
import java.util.Optional;

/**
 * A PCI function of a host, and whether its agent holds it.
 *
 * @param group    IOMMU group; -1 if not known
 * @param context  the context it is held in; empty while the agent does not hold it
 * @param session  counts the times that this epoch's agent opened it: a mapping of an earlier session stays an orphan
 * @param decoding as last read from the device; empty if not known
 * @param power    low while its user lets it sleep
 */
public record Device(
        PciAddress address,
        int group,
        int vendor,
        int product,
        int classCode,
        String driver,
        List<String> resetMethods,
        List<Bar> bars,
        Optional<ContextId> context,
        int session,
        Optional<MemoryDecoding> decoding,
        PowerState power) {

    /** A device that is only known by its address. */
    public static Device undiscovered(PciAddress address) {
        return new Device(
                address, -1, 0, 0, 0, "", List.of(), List.of(), Optional.empty(), 0, Optional.empty(), PowerState.ON);
    }

    public boolean held() {
        return context.isPresent();
    }

    public Optional<Bar> bar(int index) {
        return bars.stream().filter(bar -> bar.index() == index).findFirst();
    }

    public Device opened(ContextId in, MemoryDecoding now) {
        return with(Optional.of(in), session + 1, Optional.of(now), PowerState.ON);
    }

    public Device released() {
        return with(Optional.empty(), session, Optional.empty(), PowerState.ON);
    }

    public Device decoding(MemoryDecoding now) {
        return with(context, session, Optional.of(now), power);
    }

    /** Nobody knows whether it answers until its decoding is read again. */
    public Device unread() {
        return with(context, session, Optional.empty(), power);
    }

    public Device power(PowerState now) {
        return with(context, session, decoding, now);
    }

    public boolean decodes() {
        return decoding.filter(MemoryDecoding.ON::equals).isPresent();
    }

    /** Whether a read of its BARs finds it, as far as is known. */
    public boolean answers() {
        return power == PowerState.ON && decodes();
    }

    private Device with(Optional<ContextId> in, int sessionNow, Optional<MemoryDecoding> now, PowerState powerNow) {
        return new Device(
                address, group, vendor, product, classCode, driver, resetMethods, bars, in, sessionNow, now, powerNow);
    }
}
