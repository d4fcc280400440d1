package io.iommuledger.command;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.web.Hex;
import io.iommuledger.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.web.util.UriComponentsBuilder;

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

    /**
     * As {@link #flag}, of a request that has a body: asking for a parameter in the usual way would read the body as a form
     * if the client calls it one, as curl does.
     */
    public static boolean flagInQuery(String name, HttpServletRequest request) {
        String given = UriComponentsBuilder.newInstance()
                .query(request.getQueryString())
                .build()
                .getQueryParams()
                .getFirst(name);
        return given != null && flag(name, given);
    }

    public static MappingId mapping(String text) {
        try {
            return MappingId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Problem.badField("mapping", text, "HOST.EPOCH-N, for example rack7.3-15");
        }
    }

    /** A parameter that is true or false, false if it is not there. */
    public static boolean flag(String name, String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw Problem.badField(name, text, "true or false");
        };
    }

    /** Both unsigned. */
    public static IovaRange range(long iova, long size) {
        return range("size", iova, size);
    }

    /** @param sizeField how the request names the size */
    public static IovaRange range(String sizeField, long iova, long size) {
        if (size == 0) {
            throw Problem.badField(sizeField, "0", "at least one page");
        }
        try {
            return IovaRange.ofSize(iova, size);
        } catch (IllegalArgumentException e) {
            throw Problem.badField(
                    sizeField,
                    Long.toUnsignedString(size),
                    "a size with which the range does not pass 2^64 from iova " + Hex.address(iova));
        }
    }
}
