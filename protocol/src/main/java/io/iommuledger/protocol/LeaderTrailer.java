package io.iommuledger.protocol;

import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;

/** With UNAVAILABLE goes the name of the command side that leads, if it is known. */
public final class LeaderTrailer {
    private static final Metadata.Key<String> KEY = Metadata.Key.of("leader", Metadata.ASCII_STRING_MARSHALLER);

    private LeaderTrailer() {}

    /** @param leader as it advertises itself; none if empty */
    public static Metadata of(String leader) {
        Metadata trailers = new Metadata();
        if (!leader.isEmpty()) {
            trailers.put(KEY, leader);
        }
        return trailers;
    }

    public static Optional<String> in(Throwable ended) {
        return Optional.ofNullable(Status.trailersFromThrowable(ended))
                .map(trailers -> trailers.get(KEY))
                .filter(leader -> !leader.isEmpty());
    }
}
