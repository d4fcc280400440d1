package io.iommuledger.protocol;

/** No bytes at all, where a rule of retention may have removed them: no state rests on a fact of that type. */
public final class PayloadRemoved extends MalformedRecord {
    private static final long serialVersionUID = 1L;

    PayloadRemoved() {
        super("its payload was removed");
    }
}
