package io.iommuledger.db.append;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event that is to be stored; the appender gives it its position.
 *
 * @param storedAtNanos since 1970
 * @param metadata      null if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and copying each fact's bytes buys nothing
public record NewEvent(
        String stream,
        long sequence,
        @Nullable String streamType,
        String type,
        @Nullable String revision,
        long storedAtNanos,
        UUID id,
        byte[] payload,
        byte @Nullable [] metadata) {}
