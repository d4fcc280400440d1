package io.iommuledger.command.proof;

/** What a witness made of a checkpoint. */
sealed interface WitnessAnswer {

    /** @param cosignatures that were checked, in lines */
    record Took(String cosignatures) implements WitnessAnswer {}

    /** It took a checkpoint of another size last. */
    record StandsAt(long size) implements WitnessAnswer {}

    record Failed(String problem) implements WitnessAnswer {}
}
