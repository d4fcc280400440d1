package io.iommuledger.verify.check;

import io.iommuledger.verify.source.Portion;
import io.iommuledger.verify.source.RecordSource;
import io.iommuledger.verify.source.StoredProofs;
import io.iommuledger.verify.source.Unreadable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Holds a source against checkpoints. Blocks are hashed on all cores and looked at in their order; only some are in memory
 * at a time.
 */
public final class Verifier implements AutoCloseable {
    private static final int BLOCKS_A_CORE = 3;

    private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);

    private final int cores;
    private final ExecutorService workers;
    private final Examiner examiner = new Examiner();

    public Verifier() {
        this.cores = Runtime.getRuntime().availableProcessors();
        this.workers = Executors.newFixedThreadPool(
                cores, Thread.ofPlatform().name("verify-", 0).daemon().factory());
    }

    /**
     * @param held  at least one
     * @param log   whose they are
     * @param trust empty if hosts' keys are not to be compared with any; else each fact has to be signed
     */
    public Report verify(RecordSource source, List<Held> held, LogKeys log, Optional<Trust> trust) throws Unreadable {
        Findings findings = new Findings();
        Keys keys = new Keys();
        Signers signers = new Signers(keys, trust, findings);
        Batches batches = new Batches(workers, source, signers, findings);
        Streams streams = new Streams(batches, keys, trust.isPresent(), findings);
        Positions positions = new Positions(findings);
        OwnTree tree = new OwnTree(source, held.stream().map(Held::size).toList());
        Removals removals = new Removals(source, findings);
        read(source, block -> {
            block.findings.forEach(findings::add);
            positions.take(block);
            tree.take(block);
            removals.take(block);
            streams.take(block);
        });
        streams.end(source.damage().isPresent());
        batches.finish();
        removals.end();
        source.damage().ifPresent(why -> findings.add(damage(why, positions.head(), held)));

        Roots roots = new Roots(
                tree, positions.head(), source.isCopy() && source.damage().isEmpty(), findings);
        List<Report.Outcome> outcomes = roots.hold(held);
        long bracketed = 0;
        Optional<Held> broken = outcomes.stream()
                .filter(outcome -> !outcome.holds())
                .map(Report.Outcome::held)
                .min(Comparator.comparingLong(Held::size));
        if (broken.isPresent()) {
            StoredProofs stored = source.proofs();
            new Localisation(tree, stored.tiles(), broken.get().checkpoint())
                    .firstDifference()
                    .filter(found -> stored.hints() || found.evidence() == Evidence.PROVEN_HASH)
                    .ifPresent(findings::add);
            bracketed = roots.bracket(stored.checkpoints(), log, broken.get());
        }
        if (findings.count() == 0 && removals.newestCovering() > roots.proven()) {
            throw new Unreadable("payloads were removed, and the event at position " + removals.newestCovering()
                    + " that says so is newer than every checkpoint held elsewhere, so that nothing proves it. Bring a"
                    + " checkpoint of at least as many records");
        }
        if (findings.count() == 0) {
            requirePast(removals.newestStoredAt());
        }
        return new Report(
                source.name(),
                positions.records(),
                roots.proven(),
                bracketed,
                outcomes,
                streams.counts(),
                signers.counts(),
                removals.counts(),
                removals.horizonUnread(),
                trust.isPresent(),
                findings.list(),
                findings.count(),
                Optional.empty());
    }

    /** A rule keeps payloads for a time. That it is over is proven by no record that is yet to be stored. */
    private static void requirePast(long storedAtNanos) throws Unreadable {
        Instant stored = Instant.EPOCH.plusNanos(storedAtNanos);
        Instant now = Instant.now();
        if (stored.isAfter(now.plus(CLOCKS_DIFFER))) {
            throw new Unreadable("payloads were removed, and an event that says so was stored at " + stored
                    + ", which by the clock of this machine, " + now
                    + ", is yet to come. If the clock is right, somebody"
                    + " has put the event there to have payloads go before their time");
        }
    }

    /** Behind the last record that is held against a checkpoint nothing says that there is one more, and no place is bad. */
    private static Finding damage(String why, long head, List<Held> held) {
        boolean behindAll = held.stream().allMatch(each -> each.size() <= head);
        return new Finding(head + 1, behindAll ? Long.MAX_VALUE : head + 1, Evidence.FORM, why);
    }

    /** What is done with each block, in their order. */
    @FunctionalInterface
    private interface Look {
        void at(Examined block) throws Unreadable;
    }

    private void read(RecordSource source, Look look) throws Unreadable {
        Queue<Future<Examined>> ahead = new ArrayDeque<>();
        Optional<Portion> next = source.next();
        while (next.isPresent() || !ahead.isEmpty()) {
            while (next.isPresent() && ahead.size() < BLOCKS_A_CORE * cores) {
                Portion portion = next.get();
                ahead.add(workers.submit(() -> examiner.examine(portion.block())));
                next = source.next();
            }
            look.at(result(ahead.remove()));
        }
    }

    private static Examined result(Future<Examined> future) throws Unreadable {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unreadable("interrupted", e);
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
