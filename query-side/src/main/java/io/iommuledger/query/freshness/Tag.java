package io.iommuledger.query.freshness;

import io.iommuledger.protocol.Sha256;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an answer to a request depends on, and the request's address. A weak one: answers with the same tag say the same,
 * but another release may write it otherwise.
 *
 * @param fold     version of the rules that the answer rests on
 * @param position that the rows stand at; empty if the answer does not depend on it, for it names its place in history
 */
record Tag(int fold, OptionalLong position, String text) {
    /** Enough to tell one server's addresses apart. */
    private static final int ADDRESS_DIGITS = 16;

    private static final Pattern ONE = Pattern.compile("(?:W/)?(\"[^\"]*\")");

    static Tag pinned(int fold, long revision, String address) {
        return new Tag(fold, OptionalLong.empty(), weak(rules(fold, revision), address));
    }

    /** @param heard changes with every word of an agent that there was nothing to tell */
    static Tag of(int fold, long revision, long position, long heard, String address) {
        return new Tag(
                fold,
                OptionalLong.of(position),
                weak(rules(fold, revision) + "-" + position + "-" + Long.toHexString(heard), address));
    }

    private static String weak(String stand, String address) {
        return "W/\"" + stand + "-" + Sha256.hex(address).substring(0, ADDRESS_DIGITS) + "\"";
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
