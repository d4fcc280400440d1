package io.iommuledger.query.replay;

import io.iommuledger.web.stream.Message;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Those who look at the frames of a session. */
final class Viewers {
    private static final int MOST = 16;

    private final List<FrameMessages> all = new CopyOnWriteArrayList<>();

    void add(FrameMessages view) {
        if (all.size() >= MOST) {
            throw Replays.tooMany("the replay has " + MOST + " clients that look at it", "end one of them");
        }
        all.add(view);
    }

    void remove(FrameMessages view) {
        all.remove(view);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Waits for nobody: who is too slow is cut. */
    void offer(Message message) {
        all.removeIf(view -> !view.offer(message));
    }

    void end() {
        all.forEach(FrameMessages::end);
        all.clear();
    }
}
