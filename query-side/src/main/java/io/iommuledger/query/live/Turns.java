package io.iommuledger.query.live;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** Few clients at a time read the past: the pool's connections are for everybody's questions. */
@Component
class Turns {
    private static final int AT_ONCE = 2;

    private final Semaphore free = new Semaphore(AT_ONCE, true);

    <T> T take(Supplier<T> reading) throws InterruptedException {
        free.acquire();
        try {
            return reading.get();
        } finally {
            free.release();
        }
    }
}
