package io.iommuledger.command.principal;

import io.iommuledger.lifecycle.principal.Commitment;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import io.iommuledger.protocol.NameCommitment;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * Who asks. Events hold the id and a commitment to the name.
 *
 * @param id   opaque
 * @param kind {@code unauthenticated} until log-in exists, or {@code process} for a program of the product
 * @param name empty once it is erased
 */
public record Principal(String id, String kind, Optional<Name> name, Optional<UUID> erasedBy) {

    /**
     * What an erasure takes away.
     *
     * @param text of a person or program; of an unauthenticated peer its address
     * @param salt 32 random bytes as hexadecimal digits
     */
    public record Name(String text, String salt) {}

    /** What is shown where the name would be: never empty. */
    public String shownName() {
        return name.map(Name::text)
                .orElseGet(() ->
                        "redacted under " + erasedBy.map(UUID::toString).orElse("an erasure that nothing tells of"));
    }

    /** Of the name as it stands here; nobody can make it again once the name is erased. */
    public Optional<Commitment> commitment() {
        return name.map(known ->
                NameCommitment.of(id, kind, known.text(), HexFormat.of().parseHex(known.salt())));
    }

    /** As events name it. */
    public PrincipalRef ref() {
        return new PrincipalRef(id, commitment());
    }
}
