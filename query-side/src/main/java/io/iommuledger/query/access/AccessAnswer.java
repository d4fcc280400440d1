package io.iommuledger.query.access;

import java.util.UUID;

/**
 * Somebody asked a query side for something.
 *
 * @param position of its record
 * @param instant  by the query side's clock
 * @param storedAt by the store's clock
 * @param instance start of the query side
 * @param newest   position of the newest record that could be shown then
 */
record AccessAnswer(
        long position,
        String instant,
        String storedAt,
        UUID instance,
        String principal,
        String method,
        String kind,
        String target,
        long newest) {}
