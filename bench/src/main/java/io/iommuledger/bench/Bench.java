package io.iommuledger.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Runs the benchmarks that are named, or all: {@code Bench [NAME]...}, in the root of the built project. One line of
 * standard output each; progress goes to standard error. A missed target is no failure of this program.
 */
public final class Bench {
    private static final int COULD_NOT_RUN = 1;
    private static final int USAGE = 2;

    private Bench() {}

    public static void main(String[] names) {
        // What the product says while it is measured in this process is of no use here, unless something is wrong.
        System.setProperty("logging.config", "classpath:bench-logback.xml");
        System.setProperty("logback.configurationFile", "bench-logback.xml");
        System.exit(run(Path.of("").toAbsolutePath(), Set.of(names)));
    }

    private static int run(Path root, Set<String> names) {
        if (Scale.wrong().isPresent()) {
            System.err.println("bench: " + Scale.wrong().get());
            return USAGE;
        }
        List<Benchmark> all = all(root);
        Set<String> known = all.stream().map(Benchmark::name).collect(Collectors.toSet());
        if (!known.containsAll(names)) {
            System.err.println("bench: the names are "
                    + String.join(", ", known.stream().sorted().toList()));
            return USAGE;
        }
        if (!Files.isExecutable(Product.script(root))) {
            System.err.println("bench: " + root + " is not the root of the project");
            return USAGE;
        }
        List<Benchmark> chosen = all.stream()
                .filter(benchmark -> names.isEmpty() || names.contains(benchmark.name()))
                .toList();
        // Not allMatch: one that could not run does not keep the others from running.
        return chosen.stream().filter(benchmark -> !ran(benchmark)).count() == 0 ? 0 : COULD_NOT_RUN;
    }

    private static List<Benchmark> all(Path root) {
        return List.of(
                new Fold(),
                new SimulatedIommu(),
                new JnaMapLoop(root),
                new StartNew(root),
                new StartKept(root),
                new ResidentMemory(root),
                new JournalAlone(root),
                new JournalShared(root),
                new Appends(root),
                new AgentToStored(root, AgentToStored.Peer.AXON),
                new AgentToStored(root, AgentToStored.Peer.COPY),
                new IngestWithProofs(root),
                new Commands(root),
                new IngestMemory(root),
                new CatchUp(root, CatchUp.Peer.CURSOR),
                new CatchUp(root, CatchUp.Peer.TRACKING),
                new CatchUp(root, CatchUp.Peer.POOLED),
                new CatchUp(root, CatchUp.Peer.POOLED_DEFAULT),
                new CatchUp(root, CatchUp.Peer.CURSOR_OF_ALL),
                new CatchUp(root, CatchUp.Peer.POOLED_OF_ALL),
                new CatchUp(root, CatchUp.Peer.POOLED_DEFAULT_OF_ALL),
                new WhatIf(root),
                new WhoMaps(root),
                new InstantState(root, InstantState.Peer.FOLD),
                new InstantState(root, InstantState.Peer.NEWEST),
                new CurrentState(root),
                new FollowedIngest(root, FollowedIngest.Figure.DELAY),
                new FollowedIngest(root, FollowedIngest.Figure.INGEST),
                new OfflineVerification(root),
                new AuditReport(root, AuditReport.Form.LIST),
                new AuditReport(root, AuditReport.Form.SUMMARY));
    }

    private static boolean ran(Benchmark benchmark) {
        Consumer<String> progress = text -> System.err.println(benchmark.name() + ": " + text);
        try {
            Samples samples = Samples.of(benchmark.measure(progress));
            System.out.println(new Result(benchmark.name(), samples, benchmark.target()).line());
            return true;
        } catch (Exception e) {
            progress.accept("could not run: " + e);
            System.out.println(Result.notRun(benchmark.name(), benchmark.target()));
            return false;
        }
    }
}
