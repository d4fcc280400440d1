package io.iommuledger.lifecycle.principal;

import java.util.Optional;

/**
 * A principal as events name it.
 *
 * @param id         never a name
 * @param commitment empty if nothing is said about the name, as in events from before there were commitments
 */
public record PrincipalRef(String id, Optional<Commitment> commitment) {

    /** Without a commitment. */
    public static PrincipalRef of(String id) {
        return new PrincipalRef(id, Optional.empty());
    }
}
