package io.iommuledger.command;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.web.Hex;
import io.iommuledger.web.Problem;

/** Names and numbers of a request, made into what they mean; a refusal names the field. */
public final class Parameters {

    private Parameters() {}

    public static ContextId context(String text) {
        try {
            return ContextId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Problem.badField("context", text, "EPOCH-N, for example 3-1");
        }
    }

    public static PciAddress device(String field, String text) {
        try {
            return PciAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw Problem.badField(field, text, "domain:bus:device.function, for example 0000:3b:00.0");
        }
    }

    /** Both unsigned. */
    public static IovaRange range(long iova, long size) {
        if (size == 0) {
            throw Problem.badField("size", "0", "at least one page");
        }
        try {
            return IovaRange.ofSize(iova, size);
        } catch (IllegalArgumentException e) {
            throw Problem.badField(
                    "size",
                    Long.toUnsignedString(size),
                    "a size with which the range does not pass 2^64 from iova " + Hex.address(iova));
        }
    }
}
