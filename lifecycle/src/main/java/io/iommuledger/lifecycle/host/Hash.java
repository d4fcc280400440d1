package io.iommuledger.lifecycle.host;

/** SHA-256 of a text's UTF-8, in 64 lower-case hex digits. */
@FunctionalInterface
public interface Hash {
    String of(String text);
}
