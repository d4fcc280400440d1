package io.iommuledger.cli;

import java.util.List;

/**
 * An option that becomes a parameter of the request.
 *
 * @param option  its name, with hyphens; the parameter has the same one in camel case
 * @param label   what stands for its value; empty if it has none, and being given means {@code true}
 * @param choices its values, if they are few
 */
record Filter(String option, String label, String description, List<String> choices, boolean required) {

    static Filter of(String option, String label, String description) {
        return new Filter(option, label, description, List.of(), false);
    }

    static Filter required(String option, String label, String description) {
        return new Filter(option, label, description, List.of(), true);
    }

    static Filter oneOf(String option, String description, String... choices) {
        return new Filter(option, String.join("|", choices), description, List.of(choices), false);
    }

    static Filter flag(String option, String description) {
        return new Filter(option, "", description, List.of(), false);
    }

    /** {@code olderThan} of {@code older-than}. */
    String parameter() {
        StringBuilder name = new StringBuilder();
        for (String word : option.split("-", -1)) {
            name.append(name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.toString();
    }
}
