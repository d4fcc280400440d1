package io.iommuledger.lifecycle.erasure;

import io.iommuledger.lifecycle.principal.PrincipalRef;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The fold of one erasure, and the decisions that go by it. Those return what is to be stored, and change nothing. */
public final class Erasure {
    /** Every erasure's stream begins so. */
    public static final String PREFIX = "erasure/";

    private final UUID id;
    private Optional<ErasureRequested> requested = Optional.empty();
    private Optional<ErasureApproved> approved = Optional.empty();
    private Optional<ErasureWithdrawn> withdrawn = Optional.empty();
    private Optional<ErasureDone> done = Optional.empty();
    private long nextSequence;

    public enum State {
        /** Nobody asked for it. */
        ABSENT,
        REQUESTED,
        WITHDRAWN,
        /** By two; the name is still there, or nobody has said yet that it is gone. */
        APPROVED,
        DONE
    }

    /** Why an erasure is not approved. */
    public enum Refusal {
        /** It is withdrawn. */
        OVER,
        /** Who asked cannot be the one who agrees. */
        SAME_AS_WHO_ASKED,
        /** Nobody agrees to the erasure of his own name: that would make one person of two. */
        SAME_AS_SUBJECT
    }

    public Erasure(UUID id) {
        this.id = id;
    }

    public static String streamOf(UUID erasure) {
        return PREFIX + erasure;
    }

    public static boolean isStream(String stream) {
        return stream.startsWith(PREFIX);
    }

    /** Whose stream it is. */
    public static UUID ofStream(String stream) {
        return UUID.fromString(stream.substring(PREFIX.length()));
    }

    public UUID id() {
        return id;
    }

    public long nextSequence() {
        return nextSequence;
    }

    public Optional<ErasureRequested> requested() {
        return requested;
    }

    public Optional<ErasureApproved> approved() {
        return approved;
    }

    public Optional<ErasureWithdrawn> withdrawn() {
        return withdrawn;
    }

    public Optional<ErasureDone> done() {
        return done;
    }

    public State state() {
        if (done.isPresent()) {
            return State.DONE;
        }
        if (withdrawn.isPresent()) {
            return State.WITHDRAWN;
        }
        if (approved.isPresent()) {
            return State.APPROVED;
        }
        return requested.isPresent() ? State.REQUESTED : State.ABSENT;
    }

    public Erasure evolve(ErasureEvent event) {
        switch (event) {
            case ErasureRequested e -> requested = Optional.of(e);
            case ErasureApproved e -> approved = Optional.of(e);
            case ErasureWithdrawn e -> withdrawn = Optional.of(e);
            case ErasureDone e -> done = Optional.of(e);
        }
        nextSequence++;
        return this;
    }

    /** An event of a newer version, without meaning to this one. */
    public void passOver() {
        nextSequence++;
    }

    /** Why this principal cannot approve it; empty if it can, or if it is approved already. */
    public Optional<Refusal> refusal(String approver) {
        return switch (state()) {
            case ABSENT, WITHDRAWN -> Optional.of(Refusal.OVER);
            case APPROVED, DONE -> Optional.empty();
            case REQUESTED -> {
                ErasureRequested request = requested.orElseThrow();
                if (request.principal().equals(approver)) {
                    yield Optional.of(Refusal.SAME_AS_WHO_ASKED);
                }
                yield request.subject().equals(approver) ? Optional.of(Refusal.SAME_AS_SUBJECT) : Optional.empty();
            }
        };
    }

    /** Nothing if it is approved already, or cannot be. */
    public List<ErasureEvent> approve(PrincipalRef by, long atNanos) {
        return state() == State.REQUESTED && refusal(by.id()).isEmpty()
                ? List.of(new ErasureApproved(
                        id,
                        atNanos,
                        by.id(),
                        by.commitment(),
                        requested.orElseThrow().subject()))
                : List.of();
    }

    /** Nothing if there is no request that still can be. */
    public List<ErasureEvent> withdraw(PrincipalRef by, long atNanos) {
        return state() == State.REQUESTED
                ? List.of(new ErasureWithdrawn(id, atNanos, by.id(), by.commitment()))
                : List.of();
    }

    /** Once the name is gone. */
    public List<ErasureEvent> finish(long atNanos) {
        return state() == State.APPROVED
                ? List.of(new ErasureDone(id, atNanos, requested.orElseThrow().subject()))
                : List.of();
    }
}
