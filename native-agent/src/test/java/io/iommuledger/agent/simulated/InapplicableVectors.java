package io.iommuledger.agent.simulated;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A rule that tells vectors which cannot apply, and its reason. */
record InapplicableVectors(String reason, Predicate<Type1Vector> holds) {

    /** Of several that hold, the first is a vector's reason. */
    static final List<InapplicableVectors> RULES = List.of(
            new InapplicableVectors(
                    "kernels older than the simulated ones",
                    vector -> Arrays.stream(KernelVersion.values()).noneMatch(vector::admits)),
            new InapplicableVectors(
                    "iommufd (the agent has no context of it yet)",
                    vector -> vector.group().equals("iommufd")),
            new InapplicableVectors(
                    "type1 as iommufd emulates it (the agent does not open that)",
                    vector -> vector.group().equals("compat")),
            new InapplicableVectors(
                    "update of vaddr (the agent never sends VADDR)",
                    vector -> flags(vector).anyMatch("VADDR"::equals)),
            new InapplicableVectors(
                    "dirty tracking (the port has no call for it)",
                    vector -> flags(vector).anyMatch("DIRTY"::equals)
                            || verbs(vector).anyMatch("DIRTY"::equals)),
            new InapplicableVectors(
                    "containers of mediated devices alone (the machine has none)",
                    vector -> vector.config().containsKey("nodomain")),
            new InapplicableVectors(
                    "size or address of the argument (LinuxVfioKernel's own business: InfoCallsTest, DmaCallsTest)",
                    vector -> vector.steps().stream().anyMatch(InapplicableVectors::looksAtTheArgument)),
            new InapplicableVectors(
                    "an unknown request (the port has a method for each known one)",
                    vector -> verbs(vector).anyMatch("RAW"::equals)));

    private static final long ROOM_FOR_ALL_INFO = 256;

    static Optional<InapplicableVectors> of(Type1Vector vector) {
        return RULES.stream().filter(rule -> rule.holds().test(vector)).findFirst();
    }

    private static boolean looksAtTheArgument(VectorStep step) {
        boolean sized = step.values().containsKey("argsz");
        boolean ordinary = step.verb().equals("INFO") && sized && step.number("argsz") == ROOM_FOR_ALL_INFO;
        return step.values().containsKey("ptr") || (sized && !ordinary);
    }

    private static Stream<String> verbs(Type1Vector vector) {
        return vector.steps().stream().map(VectorStep::verb);
    }

    private static Stream<String> flags(Type1Vector vector) {
        return vector.steps().stream()
                .flatMap(step ->
                        Arrays.stream(step.values().getOrDefault("fl", "").split("\\|", -1)));
    }
}
