package io.iommuledger.lifecycle.mapping;

import io.iommuledger.lifecycle.host.HostId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A mapping, written {@code HOST.EPOCH-N}.
 *
 * @param number given by the agent, never reused within its epoch
 */
public record MappingId(HostId host, long epoch, long number) {

    private static final Pattern FORM = Pattern.compile("(.+)\\.(\\d{1,18})-(\\d{1,18})");

    /** @throws IllegalArgumentException if the text is not of the form {@code rack7.3-15} */
    public static MappingId parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "no mapping id: '" + text + "'; expected HOST.EPOCH-N, for example rack7.3-15");
        }
        return new MappingId(new HostId(form.group(1)), Long.parseLong(form.group(2)), Long.parseLong(form.group(3)));
    }

    @Override
    public String toString() {
        return host + "." + epoch + "-" + number;
    }
}
