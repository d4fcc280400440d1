package io.iommuledger.lifecycle.operation;

import io.iommuledger.lifecycle.fact.ListPart;
import java.util.List;
import java.util.UUID;

/**
 * A part of the lists of the event that follows it, which would be too long for one record with them.
 *
 * @param ranges of a request to map
 * @param lists  of an end's figures
 */
public record OperationPart(UUID operation, List<MapRange> ranges, ListPart lists) implements OperationEvent {}
