package io.iommuledger.lifecycle.retention;

import io.iommuledger.lifecycle.principal.Commitment;
import java.util.Optional;
import java.util.UUID;

/**
 * How everything stood at a position is stored, so that payloads of before it can go: state is folded from there on.
 *
 * @param position what hosts had told by then is in it
 * @param rule     under which the payloads go
 * @param fold     version of the rules by which it was folded
 * @param snapshot names its parts in the database
 * @param parts    how many
 * @param digest   SHA-256 over the SHA-256 of each of the parts, in their order; hexadecimal
 */
public record HorizonSet(
        long atNanos,
        String principal,
        Optional<Commitment> commitment,
        long position,
        String rule,
        int fold,
        UUID snapshot,
        int parts,
        String digest)
        implements RetentionEvent {}
