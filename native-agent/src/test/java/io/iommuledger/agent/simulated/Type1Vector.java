package io.iommuledger.agent.simulated;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A line of {@code lab/type1-vectors.tsv}, whose header explains the language. */
record Type1Vector(
        String id,
        String group,
        String kernels,
        Map<String, String> config,
        List<VectorStep> given,
        VectorStep call,
        String ret,
        Map<String, String> out,
        List<String> mapsAfter) {

    private static final Path FILE = Path.of("..", "lab", "type1-vectors.tsv");

    static List<Type1Vector> all() throws IOException {
        return Files.readAllLines(FILE).stream()
                .filter(line -> !line.startsWith("#") && !line.startsWith("id\t"))
                .map(Type1Vector::parse)
                .toList();
    }

    private static Type1Vector parse(String line) {
        List<String> fields = List.of(line.split("\t", -1));
        if (fields.size() != 11) {
            throw new IllegalArgumentException("11 fields are wanted, here are " + fields.size() + ": " + line);
        }
        return new Type1Vector(
                fields.get(0),
                fields.get(1),
                fields.get(2),
                pairs(fields.get(3)),
                VectorStep.parseAll(fields.get(4)),
                VectorStep.parseAll(fields.get(5)).getFirst(),
                fields.get(6),
                pairs(fields.get(7)),
                words(fields.get(8)));
    }

    private static List<String> words(String field) {
        return field.isEmpty() || field.equals("-") ? List.of() : List.of(field.split(" ", -1));
    }

    private static Map<String, String> pairs(String field) {
        Map<String, String> pairs = new TreeMap<>();
        for (String word : words(field)) {
            int sign = word.indexOf('=');
            pairs.put(sign < 0 ? word : word.substring(0, sign), sign < 0 ? "" : word.substring(sign + 1));
        }
        return pairs;
    }

    List<VectorStep> steps() {
        return Stream.concat(given.stream(), Stream.of(call)).toList();
    }

    boolean admits(KernelVersion kernel) {
        return kernels.equals("all") || Arrays.stream(kernels.split(",", -1)).allMatch(bound -> holds(bound, kernel));
    }

    private static boolean holds(String bound, KernelVersion kernel) {
        String version = bound.replaceFirst("^[<>=]+", "");
        int compared = compare(lastOfItsLine(kernel), version);
        return switch (bound.substring(0, bound.length() - version.length())) {
            case "<" -> compared < 0;
            case "<=" -> compared <= 0;
            case ">=" -> compared >= 0;
            default -> throw new IllegalArgumentException("no bound of a kernel's version: " + bound);
        };
    }

    /** A simulated kernel is what distributions ship of its line: a late stable release. */
    private static String lastOfItsLine(KernelVersion kernel) {
        return switch (kernel) {
            case V6_1 -> "6.1.999";
            case V6_12 -> "6.12.999";
            case V7_3 -> "7.3.999";
        };
    }

    private static int compare(String a, String b) {
        return Arrays.compare(
                Arrays.stream(a.split("\\.", -1)).mapToInt(Integer::parseInt).toArray(),
                Arrays.stream(b.split("\\.", -1)).mapToInt(Integer::parseInt).toArray());
    }
}
