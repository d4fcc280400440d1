package io.iommuledger.protocol;

/** What is released: every part of the product says the same of itself. */
public final class Release {
    public static final String VERSION = "0.1.0";

    private Release() {}
}
