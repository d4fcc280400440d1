package io.iommuledger.verify.check;

import java.util.Optional;

/**
 * Records whose payloads were removed.
 *
 * @param rule under which, as the log tells; empty if a bundle has no event that tells
 */
public record Removed(Optional<String> rule, long records) {}
