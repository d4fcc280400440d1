package io.iommuledger.lifecycle.enrolment;

import io.iommuledger.lifecycle.host.Shown;
import java.util.regex.Pattern;

/** What tells machines apart, as {@code /etc/machine-id} has it. */
public final class MachineId {
    /** What one looks like, for those who are to give one. */
    public static final String FORM_IN_WORDS =
            "a machine id, as /etc/machine-id has it: 1 to 64 letters, digits, '.', '-' or '_'";

    /** What {@code machine-id(5)} has it be. */
    private static final Pattern USUAL = Pattern.compile("[0-9a-f]{32}");

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private MachineId() {}

    /** @throws IllegalArgumentException if the text has another form */
    public static String checked(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("no machine id: " + Shown.of(text) + "; expected " + FORM_IN_WORDS);
        }
        return text;
    }

    /** Whether it is what a machine is given: 32 lower-case hexadecimal digits. */
    public static boolean usual(String text) {
        return USUAL.matcher(text).matches();
    }
}
