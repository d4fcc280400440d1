package io.iommuledger.query.replay;

import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.replay.History;
import io.iommuledger.lifecycle.replay.Player;
import io.iommuledger.lifecycle.replay.Playhead;
import io.iommuledger.lifecycle.replay.Speed;
import io.iommuledger.lifecycle.replay.Watch;
import io.iommuledger.lifecycle.replay.World;
import io.iommuledger.protocol.Sha256;
import io.iommuledger.web.Problem;
import io.iommuledger.web.stream.Message;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;

/** One session: where it stands, and the threads that prepare and play it. */
final class ReplaySession {
    private static final Logger LOG = LoggerFactory.getLogger(ReplaySession.class);
    private static final long PATIENCE_SECONDS = 30;

    private enum State {
        PREPARING,
        PAUSED,
        PLAYING,
        FAILED,
        ENDED
    }

    private final UUID id = UUID.randomUUID();
    private final Asked asked;
    private final Room room;
    private final Function<Object, String> json;
    private final Viewers viewers = new Viewers();
    private final TimedPace pace;

    /** Fair: whoever controls a session that plays as fast as possible gets his turn. */
    private final ReentrantLock lock = new ReentrantLock(true);

    private final Condition controlled = lock.newCondition();
    private Optional<Player> player = Optional.empty();
    private volatile State state = State.PREPARING;
    private volatile LongSupplier size = () -> 0;
    private boolean running;
    private volatile long usedNanos = System.nanoTime();

    /** @param json writes an answer */
    ReplaySession(Asked asked, Room room, Function<Object, String> json) {
        this.asked = asked;
        this.room = room;
        this.json = json;
        this.pace = new TimedPace(asked.speed(), controlled);
    }

    UUID id() {
        return id;
    }

    Scope scope() {
        return asked.scope();
    }

    /** For how long nobody has used it; no time while somebody looks at it. */
    Duration idle() {
        return viewers.isEmpty() ? Duration.ofNanos(System.nanoTime() - usedNanos) : Duration.ZERO;
    }

    /** Folds everything before its beginning, on a thread of its own. */
    void prepare(LogHistory history, int mostKept) {
        World world = history.beginning(Sha256::hex);
        size = world::size;
        History endable = new History() {
            @Override
            public long begins() {
                return history.begins();
            }

            @Override
            public Part after(long after, long upTo) {
                if (state == State.ENDED) {
                    throw new IllegalStateException("the replay was ended");
                }
                // Those who look at it from a place of their own read on threads of their own, and it goes on
                // meanwhile.
                if (state == State.PREPARING || lock.isHeldByCurrentThread()) {
                    room.hold(id, size.getAsLong());
                }
                return history.after(after, upTo);
            }
        };
        Thread.ofVirtual().name("replay-" + id + "-begins").start(() -> prepared(endable, world, mostKept));
    }

    private void prepared(History history, World world, int mostKept) {
        try {
            Playhead begun = Playhead.at(
                    history,
                    world,
                    asked.policies(),
                    asked.part().from(),
                    asked.part().to(),
                    mostKept);
            size = begun::size;
            locked(() -> {
                if (state == State.PREPARING) {
                    Optional<Watch> watch = asked.condition().map(Watch::new);
                    player = Optional.of(
                            new Player(begun, watch, pace, asked.part().end()));
                    state = State.PAUSED;
                }
            });
        } catch (RuntimeException failure) {
            locked(() -> failed(failure));
        }
    }

    /** As it stands now, with the frame unless it is busy. */
    ReplayAnswer answer() throws InterruptedException {
        usedNanos = System.nanoTime();
        if (lock.tryLock(1, TimeUnit.SECONDS)) {
            try {
                return answer(player.map(begun -> frame(begun.head())));
            } finally {
                lock.unlock();
            }
        }
        return answer(Optional.empty());
    }

    ReplayAnswer brief() {
        return answer(Optional.empty());
    }

    void end() {
        locked(() -> {
            state = State.ENDED;
            player.ifPresent(Player::disturb);
        });
        viewers.end();
    }

    ReplayAnswer play(Optional<Speed> wanted) {
        return control(begun -> {
            wanted.ifPresent(pace::set);
            state = State.PLAYING;
            begun.goesOn();
            if (!running) {
                running = true;
                Thread.ofVirtual().name("replay-" + id).start(this::run);
            }
        });
    }

    ReplayAnswer pause() {
        return control(begun -> state = State.PAUSED);
    }

    ReplayAnswer speed(Speed wanted) {
        return control(begun -> pace.set(wanted));
    }

    /** Stops playing, and moves the playhead. */
    ReplayAnswer move(Consumer<Playhead> movement) {
        return control(begun -> {
            state = State.PAUSED;
            try {
                movement.accept(begun.head());
            } finally {
                begun.stands();
            }
            if (!viewers.isEmpty()) {
                viewers.offer(message(begun.head()));
            }
        });
    }

    /** Reads the state where it stands, and lets it play on. */
    String text(Function<World, String> reading) {
        lock.lock();
        try {
            String text = reading.apply(ready().head().world());
            usedNanos = System.nanoTime();
            return text;
        } finally {
            lock.unlock();
        }
    }

    private ReplayAnswer control(Consumer<Player> deed) {
        lock.lock();
        try {
            Player begun = ready();
            begun.disturb();
            deed.accept(begun);
            usedNanos = System.nanoTime();
            controlled.signalAll();
            tell();
            return answer(Optional.of(frame(begun.head())));
        } finally {
            lock.unlock();
        }
    }

    private Player ready() {
        try {
            long left = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (state == State.PREPARING && left > 0) {
                left = controlled.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (state != State.PAUSED && state != State.PLAYING) {
            throw notReady();
        }
        return player.orElseThrow(this::notReady);
    }

    private Problem notReady() {
        return new Problem(
                        HttpStatus.CONFLICT,
                        "replay-not-ready",
                        "The replay cannot do that now",
                        "replay " + id + " is " + Requests.word(state)
                                + "; one that is preparing folds what was before its beginning: try again later. One"
                                + " that failed or ended does not come back: begin another")
                .with("state", Requests.word(state));
    }

    /**
     * A client that wants the frames.
     *
     * @param had position of the last one that it has had
     */
    FrameMessages view(OptionalLong had) {
        lock.lock();
        try {
            Playhead begun = ready().head();
            boolean missed =
                    had.isPresent() && had.getAsLong() >= asked.part().from() && had.getAsLong() <= begun.position();
            long from = missed ? had.getAsLong() : begun.position();
            FrameMessages view = new FrameMessages(
                    from, missed ? Optional.of(begun.fork(from)) : Optional.empty(), begun.position(), this::message);
            viewers.add(view);
            if (!missed) {
                view.offer(message(begun));
            }
            view.offer(session());
            return view;
        } finally {
            lock.unlock();
        }
    }

    void gone(FrameMessages view) {
        viewers.remove(view);
        usedNanos = System.nanoTime();
    }

    private void run() {
        lock.lock();
        try {
            while (state == State.PLAYING) {
                play(ready());
                if (lock.hasQueuedThreads()) {
                    lock.unlock();
                    lock.lock();
                }
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            failed(failure);
        } finally {
            running = false;
            tell();
            lock.unlock();
        }
    }

    private void play(Player begun) throws InterruptedException {
        Player.Progress progress = begun.advance();
        if (progress == Player.Progress.FOLDED && !viewers.isEmpty()) {
            viewers.offer(message(begun.head()));
        }
        if (progress == Player.Progress.STOPPED || begun.met().isPresent()) {
            state = State.PAUSED;
        }
    }

    private void failed(RuntimeException failure) {
        if (state != State.ENDED) {
            LOG.warn("replay {} fails", id, failure);
            state = State.FAILED;
        }
        player = Optional.empty();
        size = () -> 0;
        room.leave(id);
        viewers.end();
    }

    private void locked(Runnable deed) {
        lock.lock();
        try {
            deed.run();
            controlled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void tell() {
        if (!viewers.isEmpty()) {
            viewers.offer(session());
        }
    }

    private Message session() {
        String place = Long.toString(
                player.map(begun -> begun.head().position()).orElse(asked.part().from()));
        return new Message(place, Optional.of("session"), json.apply(brief()));
    }

    private Message message(Playhead at) {
        return new Message(Long.toString(at.position()), Optional.of("frame"), json.apply(frame(at)));
    }

    private static Frame frame(Playhead at) {
        return Frame.of(at.world(), at.position(), at.last());
    }

    private ReplayAnswer answer(Optional<Frame> frame) {
        return ReplayAnswer.of(id, Requests.word(state), asked, pace.speed(), player.flatMap(Player::met), frame);
    }
}
