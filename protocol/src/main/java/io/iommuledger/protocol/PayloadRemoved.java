package io.iommuledger.protocol;

/** No bytes at all. A fact has some: its payload was removed, under a rule of retention or by somebody who may not. */
public final class PayloadRemoved extends MalformedRecord {
    private static final long serialVersionUID = 1L;

    PayloadRemoved() {
        super("its payload was removed");
    }
}
