package io.iommuledger.agent.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.kernel.KernelRefused;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The software IOMMU answers as Linux's own functions did, executed or read, vector by vector. */
class Type1VectorsTest {

    private static final int VECTORS = 229;

    @TestFactory
    Stream<DynamicTest> theSimulatedKernelAnswersEachVector() throws IOException {
        return Type1Vector.all().stream()
                .filter(vector -> InapplicableVectors.of(vector).isEmpty())
                .flatMap(vector -> kernels(vector)
                        .map(kernel ->
                                DynamicTest.dynamicTest(vector.id() + " on " + kernel, () -> run(vector, kernel))));
    }

    private static void run(Type1Vector vector, KernelVersion kernel) throws KernelRefused {
        VectorRun run = new VectorRun(vector, kernel);
        for (VectorStep step : vector.given()) {
            String answer = run.carryOut(step);
            if (!step.mayFail()) {
                assertThat(answer).as(step.toString()).isEqualTo("0");
            }
        }
        assertThat(run.carryOut(vector.call())).as(vector.call().toString()).isEqualTo(vector.ret());
        for (Map.Entry<String, String> field : vector.out().entrySet()) {
            if (tells(vector, field.getKey())) {
                assertThat(run.field(field.getKey())).as(field.getKey()).isEqualTo(field.getValue());
            }
        }
        assertThat(run.standing()).as("mappings after").isEqualTo(vector.mapsAfter());
        run.entries().ifPresent(entries -> assertThat(entries).as("entries").isEqualTo(run.limit()));
    }

    /** A refused unmap throws, and leaves no size to look at. */
    private static boolean tells(Type1Vector vector, String field) {
        return vector.ret().equals("0") || !field.equals("size");
    }

    @Test
    void eachVectorEitherRunsOrIsListedAsOneThatCannot() throws IOException {
        List<Type1Vector> vectors = Type1Vector.all();
        assertThat(vectors).hasSize(VECTORS).extracting(Type1Vector::id).doesNotHaveDuplicates();
        assertThat(vectors)
                .allSatisfy(vector -> assertThat(InapplicableVectors.of(vector))
                        .as("rule for a vector that could%s run", couldRun(vector) ? "" : " not")
                        .matches(rule -> rule.isEmpty() == couldRun(vector)));
        System.out.println(account(vectors));
    }

    private static boolean couldRun(Type1Vector vector) {
        return kernels(vector).findAny().isPresent() && VectorRun.knows(vector);
    }

    private static Stream<KernelVersion> kernels(Type1Vector vector) {
        return Arrays.stream(KernelVersion.values()).filter(vector::admits);
    }

    private static String account(List<Type1Vector> vectors) {
        List<Type1Vector> run = vectors.stream()
                .filter(vector -> InapplicableVectors.of(vector).isEmpty())
                .toList();
        long executions =
                run.stream().mapToLong(vector -> kernels(vector).count()).sum();
        String listed = InapplicableVectors.RULES.stream()
                .map(rule -> vectors.stream()
                                .filter(vector -> InapplicableVectors.of(vector).equals(Optional.of(rule)))
                                .count()
                        + " " + rule.reason())
                .collect(Collectors.joining(", "));
        return "%d vectors: %d run on 6.1, 6.12, 7.3 (%d executions), %d cannot apply: %s"
                .formatted(vectors.size(), run.size(), executions, vectors.size() - run.size(), listed);
    }
}
