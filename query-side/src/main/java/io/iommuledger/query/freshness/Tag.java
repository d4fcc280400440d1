package io.iommuledger.query.freshness;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an answer to a request depends on besides the request. A weak one: answers with the same tag say the same, but
 * another release may write it otherwise.
 *
 * @param position that the rows stand at; empty if the answer does not depend on it, for it names its place in history
 */
record Tag(OptionalLong position, String text) {
    private static final Pattern ONE = Pattern.compile("(?:W/)?(\"[^\"]*\")");

    static Tag pinned(int fold) {
        return new Tag(OptionalLong.empty(), "W/\"" + fold + "\"");
    }

    /** @param heard changes with every word of an agent that there was nothing to tell */
    static Tag of(int fold, long position, long heard) {
        return new Tag(
                OptionalLong.of(position), "W/\"" + fold + "-" + position + "-" + Long.toHexString(heard) + "\"");
    }

    boolean pinned() {
        return position.isEmpty();
    }

    /** Whether a header If-None-Match names it. */
    boolean isIn(String header) {
        Matcher given = ONE.matcher(header);
        while (given.find()) {
            if (text.endsWith(given.group(1))) {
                return true;
            }
        }
        return false;
    }
}
