package io.iommuledger.report;

/**
 * A name with its value.
 *
 * @param id    of the value, for programs
 * @param title the same for people
 * @param value a text, a number, a truth value or a list of texts
 */
public record Entry(String id, String title, Object value) {}
