package io.iommuledger.agent.simulated;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One step of a vector: a verb, then words and {@code name=value} pairs.
 *
 * @param mayFail whether a step that prepares the call need not succeed, written as {@code !}
 */
record VectorStep(boolean mayFail, String verb, List<String> words, Map<String, String> values) {

    static List<VectorStep> parseAll(String steps) {
        return steps.isEmpty()
                ? List.of()
                : List.of(steps.split(" ; ", -1)).stream()
                        .map(VectorStep::parse)
                        .toList();
    }

    private static VectorStep parse(String step) {
        boolean mayFail = step.startsWith("!");
        List<String> parts = List.of(step.substring(mayFail ? 1 : 0).split(" ", -1));
        List<String> words = new ArrayList<>();
        Map<String, String> values = new TreeMap<>();
        for (String part : parts.subList(1, parts.size())) {
            int sign = part.indexOf('=');
            if (sign < 0) {
                words.add(part);
            } else {
                values.put(part.substring(0, sign), part.substring(sign + 1));
            }
        }
        return new VectorStep(mayFail, parts.getFirst(), words, values);
    }

    String value(String name) {
        return Optional.ofNullable(values.get(name))
                .orElseThrow(() -> new IllegalArgumentException("step " + this + " has no " + name + "="));
    }

    long number(String name) {
        return number16(value(name));
    }

    /** Names of flags with bars between, or a number. */
    int flags(Map<String, Integer> names) {
        String text = value("fl");
        if (Character.isDigit(text.charAt(0))) {
            return (int) number16(text);
        }
        int flags = 0;
        for (String name : text.split("\\|", -1)) {
            flags |= Optional.ofNullable(names.get(name))
                    .orElseThrow(() -> new IllegalArgumentException("flag " + name + " is none of " + names));
        }
        return flags;
    }

    static long number16(String text) {
        return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseLong(text);
    }
}
