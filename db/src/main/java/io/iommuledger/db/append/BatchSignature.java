package io.iommuledger.db.append;

/**
 * Who signed a batch of a stream's events, which ends with the one that carries this.
 *
 * @param firstSequence of the batch, which may have been stored before
 * @param key           fingerprint of the signing key
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record BatchSignature(long firstSequence, String key, byte[] signature) {}
