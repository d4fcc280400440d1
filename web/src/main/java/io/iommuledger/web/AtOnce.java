package io.iommuledger.web;

import java.util.concurrent.Semaphore;
import org.springframework.http.HttpStatus;

/** Lets so many of a kind be worked on at once, and refuses more. */
public final class AtOnce {
    private final int most;
    private final String what;
    private final Semaphore free;

    /** To work on one of them, until it is closed. */
    public interface Permit extends AutoCloseable {
        @Override
        void close();
    }

    /** @param what so many of which are being what, for example {@code exports are being written} */
    public AtOnce(int most, String what) {
        this.most = most;
        this.what = what;
        this.free = new Semaphore(most);
    }

    /** @throws Problem if there are as many already */
    public Permit permit() {
        if (!free.tryAcquire()) {
            throw new Problem(
                    HttpStatus.TOO_MANY_REQUESTS,
                    "too-many",
                    "There are too many of them",
                    most + " " + what + "; try again later");
        }
        return free::release;
    }
}
