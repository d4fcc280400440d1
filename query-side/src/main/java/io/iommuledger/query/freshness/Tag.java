package io.iommuledger.query.freshness;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an answer to a request depends on besides the request. A weak one: answers with the same tag say the same, but
 * another release may write it otherwise.
 *
 * @param fold     version of the rules that the answer rests on
 * @param position that the rows stand at; empty if the answer does not depend on it, for it names its place in history
 */
record Tag(int fold, OptionalLong position, String text) {
    private static final Pattern ONE = Pattern.compile("(?:W/)?(\"[^\"]*\")");

    static Tag pinned(int fold, long revision) {
        return new Tag(fold, OptionalLong.empty(), "W/\"" + rules(fold, revision) + "\"");
    }

    /** @param heard changes with every word of an agent that there was nothing to tell */
    static Tag of(int fold, long revision, long position, long heard) {
        return new Tag(
                fold,
                OptionalLong.of(position),
                "W/\"" + rules(fold, revision) + "-" + position + "-" + Long.toHexString(heard) + "\"");
    }

    private static String rules(int fold, long revision) {
        return revision == 0 ? Integer.toString(fold) : fold + "." + revision;
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
