package io.iommuledger.report;

/**
 * What a report is called.
 *
 * @param kind    for programs
 * @param title   for people
 * @param subject what it is about, in a sentence
 */
public record Title(String kind, String title, String subject) {}
