package io.iommuledger.protocol.horizon;

/**
 * A row of the projection as it stood at the horizon.
 *
 * @param columns a JSON object of them by name
 */
public record HorizonRow(String table, String columns) {}
