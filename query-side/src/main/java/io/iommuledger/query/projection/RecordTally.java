package io.iommuledger.query.projection;

/**
 * How many records of a type there are.
 *
 * @param told  the stream that they are in; of operations the host that they are of, as {@code operation/HOST}, with nothing
 *              behind the slash if nobody knows it
 * @param first position of the first of them
 */
public record RecordTally(String told, String type, long records, long first, long last) {}
