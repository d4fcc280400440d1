package io.iommuledger.cli.client;

import java.util.regex.Pattern;

/** A server's address as it is shown: without the name and password that may stand in it. */
public final class ServerName {
    /** Up to the last {@code @}, for a password that is not encoded may have any character. */
    private static final Pattern USER = Pattern.compile("^([^@/]*://)?.*@");

    private ServerName() {}

    public static String of(Object address) {
        return USER.matcher(address.toString()).replaceFirst("$1");
    }
}
