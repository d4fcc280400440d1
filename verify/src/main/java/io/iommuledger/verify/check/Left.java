package io.iommuledger.verify.check;

/**
 * What a record without payload says of itself.
 *
 * @param sha256 of what is left, encoded
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Left(byte[] sha256, String type, String stream, long sequence, long storedAtNanos) {}
