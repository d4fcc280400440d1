package io.iommuledger.command.proof;

import io.iommuledger.db.tree.SignedCheckpoint;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.db.tree.TreeRows;
import io.iommuledger.proof.Hash;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one witness the newest checkpoint, on a thread of its own, again and again until it has taken it or there is a
 * newer one. Nobody waits for it.
 */
final class Courier implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Witness witness;
    private final TreeLog log;
    private final TreeRows rows;
    private final WitnessCall call = new WitnessCall();
    private final BlockingQueue<SignedCheckpoint> offered = new LinkedBlockingQueue<>();
    private long stands = -1;

    Courier(Witness witness, TreeLog log, TreeRows rows) {
        this.witness = witness;
        this.log = log;
        this.rows = rows;
    }

    void offer(SignedCheckpoint checkpoint) {
        offered.clear();
        offered.add(checkpoint);
    }

    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                bring(offered.take());
            }
        } catch (InterruptedException told) {
            LOG.debug("no more checkpoints for {}", witness.prefix(), told);
        }
    }

    private void bring(SignedCheckpoint first) throws InterruptedException {
        SignedCheckpoint checkpoint = first;
        for (long pause = 1; !took(checkpoint); pause = Math.min(2 * pause, LONGEST_PAUSE.toSeconds())) {
            Optional<SignedCheckpoint> newer = Optional.ofNullable(offered.poll(pause, TimeUnit.SECONDS));
            if (newer.isPresent()) {
                // A witness that is away is not asked more often for there being more to tell.
                TimeUnit.SECONDS.sleep(pause);
                checkpoint = newer.get();
            }
        }
    }

    private boolean took(SignedCheckpoint checkpoint) throws InterruptedException {
        try {
            if (stands < 0) {
                stands = known();
            }
            if (stands > checkpoint.size() && isOvertaken(checkpoint)) {
                return true;
            }
            WitnessAnswer answer = ask(checkpoint);
            if (answer instanceof WitnessAnswer.StandsAt at && at.size() != stands) {
                stands = at.size();
                answer = ask(checkpoint);
            }
            return tell(checkpoint, answer);
        } catch (RuntimeException storeAway) {
            LOG.debug("the checkpoint of {} leaves waits for the store", checkpoint.size(), storeAway);
            return false;
        }
    }

    /** Another process leads meanwhile, and brings what it signs. */
    private boolean isOvertaken(SignedCheckpoint checkpoint) {
        return log.newest().filter(newest -> newest.size() > checkpoint.size()).isPresent();
    }

    private WitnessAnswer ask(SignedCheckpoint checkpoint) throws InterruptedException {
        if (stands > checkpoint.size()) {
            return new WitnessAnswer.Failed("it has seen " + stands + " leaves, and this log has only signed "
                    + checkpoint.size() + ": records that were there are gone, or it was told by another log");
        }
        List<Hash> proof = log.proofs(checkpoint.size()).consistency(stands);
        return call.send(witness, stands, proof, checkpoint);
    }

    private boolean tell(SignedCheckpoint checkpoint, WitnessAnswer answer) {
        switch (answer) {
            case WitnessAnswer.Took took -> {
                stands = checkpoint.size();
                rows.witnessTook(witness.prefix(), witness.keyText(), checkpoint.size(), took.cosignatures());
                return true;
            }
            case WitnessAnswer.StandsAt at -> failed("it stands at " + at.size() + " leaves, and says so again");
            case WitnessAnswer.Failed failed -> failed(failed.problem());
        }
        return false;
    }

    private void failed(String problem) {
        LOG.warn("the witness {} has not taken the newest checkpoint: {}", witness.prefix(), problem);
        // The next time it is asked from what it took last, whatever it said meanwhile.
        stands = -1;
        rows.witnessFailed(witness.prefix(), witness.keyText(), problem);
    }

    private long known() {
        return log.witnesses().stream()
                .filter(each -> each.url().equals(witness.prefix()))
                .mapToLong(TreeLog.Witness::size)
                .findFirst()
                .orElse(0);
    }
}
