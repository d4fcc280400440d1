package io.iommuledger.command.principal;

/**
 * Who asks. Events hold the id and nothing else.
 *
 * @param id   opaque
 * @param kind {@code unauthenticated} until log-in exists, or {@code process} for a program of the product
 * @param name of a person or program; of an unauthenticated peer its address
 */
public record Principal(String id, String kind, String name) {}
