package io.iommuledger.lifecycle.retention;

import java.util.Arrays;
import java.util.Optional;

/** Events whose payloads can go because no state rests on them: the fold does without. */
public enum EventClass {
    /** Events of type {@code host.dma-faulted}. */
    DMA_FAULTS("dma-faults", "host.dma-faulted");

    private final String word;
    private final String type;

    EventClass(String word, String type) {
        this.word = word;
        this.type = type;
    }

    /** As it is called outside. It never changes. */
    public String word() {
        return word;
    }

    /** The name under which its events are stored. */
    public String type() {
        return type;
    }

    public static Optional<EventClass> of(String word) {
        return Arrays.stream(values()).filter(one -> one.word.equals(word)).findFirst();
    }

    /** Empty for a type on whose payloads state rests. */
    public static Optional<EventClass> ofType(String type) {
        return Arrays.stream(values()).filter(one -> one.type.equals(type)).findFirst();
    }
}
