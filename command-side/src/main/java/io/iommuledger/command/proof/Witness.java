package io.iommuledger.command.proof;

import io.iommuledger.proof.note.VerifierKey;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Somebody outside who is told of checkpoints, as C2SP's tlog-witness says.
 *
 * @param prefix of its address, to which {@code /add-checkpoint} is added
 * @param key    that its cosignatures are checked with; empty: that it answers is enough
 */
public record Witness(String prefix, Optional<VerifierKey> key) {
    private static final int MOST_PORT = 65_535;
    private static final Pattern FORM = Pattern.compile("(?:(.+)@)?(https?://.+?)/*");

    /** @throws IllegalArgumentException if the text is no {@code [KEY@]URL} */
    public static Witness parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no witness; expected [KEY@]URL, such as https://witness.example/w1");
        }
        try {
            requireAddress(text, new URI(form.group(2)));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the witness '" + text + "' has no address: " + e.getMessage(), e);
        }
        return new Witness(form.group(2), Optional.ofNullable(form.group(1)).map(VerifierKey::parse));
    }

    private static void requireAddress(String text, URI address) {
        if (address.getRawUserInfo() != null) {
            throw new IllegalArgumentException("the address of the witness at " + address.getHost()
                    + " has a name or password in it, which GET proof would show to everybody; give it without, and let"
                    + " a proxy before it add what it asks for");
        }
        if (address.getHost() == null || address.getPort() > MOST_PORT) {
            throw new IllegalArgumentException(
                    "the witness '" + text + "' has no address; expected a host's name, and a" + " port up to "
                            + MOST_PORT + " if there is one");
        }
    }

    URI address() {
        return URI.create(prefix + "/add-checkpoint");
    }

    Optional<String> keyText() {
        return key.map(VerifierKey::toString);
    }
}
