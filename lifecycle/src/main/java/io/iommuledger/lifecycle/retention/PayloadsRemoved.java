package io.iommuledger.lifecycle.retention;

import io.iommuledger.lifecycle.principal.Commitment;
import java.util.Optional;

/**
 * Payloads go, as this is stored: first it is signed in a checkpoint, then they are removed.
 *
 * @param rule      under which
 * @param positions of the records, as {@link Positions} writes them
 * @param records   how many
 * @param digest    SHA-256 over the SHA-256 of each of the records without its payload and with its leaf hash, as it is
 *                  encoded then, in their order; hexadecimal
 */
public record PayloadsRemoved(
        long atNanos,
        String principal,
        Optional<Commitment> commitment,
        String rule,
        String positions,
        long records,
        String digest)
        implements RetentionEvent {}
