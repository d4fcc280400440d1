package io.iommuledger.verify.check;

/**
 * Records whose payloads were removed.
 *
 * @param rule under which, as the log tells
 */
public record Removed(String rule, long records) {}
