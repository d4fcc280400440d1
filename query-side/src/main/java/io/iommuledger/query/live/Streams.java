package io.iommuledger.query.live;

import io.iommuledger.web.Problem;
import io.iommuledger.web.stream.EventStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Serves streams, to so many clients at once. */
@Component
class Streams {
    private final EventStream stream = new EventStream();
    private final int most;
    private final Semaphore free;

    Streams(@Value("${ledger.query.streams:64}") int most) {
        this.most = most;
        this.free = new Semaphore(most);
    }

    /**
     * Returns when it is over.
     *
     * @param begin refuses what is wrong with the request
     */
    void serve(HttpServletRequest request, HttpServletResponse response, Supplier<Following<?>> begin) {
        if (!free.tryAcquire()) {
            throw Problem.unavailable(
                            "too-many-streams",
                            most
                                    + " clients follow a stream of this server; more it does not serve. Ask again later, or"
                                    + " ask another query side")
                    .with("most", most);
        }
        try (Following<?> following = begin.get()) {
            stream.write(request, response, following);
        } finally {
            free.release();
        }
    }
}
