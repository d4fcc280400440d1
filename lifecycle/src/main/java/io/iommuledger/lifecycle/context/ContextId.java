package io.iommuledger.lifecycle.context;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IOMMU address space of a host, written {@code EPOCH-N}.
 *
 * @param number given by the agent, never reused within its epoch
 */
public record ContextId(long epoch, long number) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

    /** @throws IllegalArgumentException if the text is not of the form {@code 3-1} */
    public static ContextId parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("no context id: '" + text + "'; expected EPOCH-N, for example 3-1");
        }
        return new ContextId(Long.parseLong(form.group(1)), Long.parseLong(form.group(2)));
    }

    @Override
    public String toString() {
        return epoch + "-" + number;
    }
}
