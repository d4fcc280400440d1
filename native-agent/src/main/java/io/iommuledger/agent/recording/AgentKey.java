package io.iommuledger.agent.recording;

import io.iommuledger.lifecycle.enrolment.HostKey;
import io.iommuledger.protocol.Signing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The key by which a host is known, Ed25519, made at the agent's first start and kept in its state directory: the private
 * part as PKCS#8, the public one as X.509, both in PEM, readable by the agent's user alone.
 */
public final class AgentKey {
    private static final String ALGORITHM = "Ed25519";
    private static final String FILE = "host-key";
    private static final byte[] SAMPLE = {1, 2, 3};

    private final PrivateKey secret;
    private final HostKey known;

    private AgentKey(PrivateKey secret, HostKey known) {
        this.secret = secret;
        this.known = known;
    }

    /**
     * The state directory's key, made if there is none. When it returns, the key is there for good.
     *
     * @throws IOException if the file cannot be read or written, or holds no key
     */
    public static AgentKey in(Path stateDirectory) throws IOException {
        Path file = stateDirectory.resolve(FILE);
        if (Files.exists(file)) {
            return read(file);
        }
        Files.createDirectories(stateDirectory);
        AgentKey fresh = fresh();
        DurableFile.replaceSecret(
                file, pem("PRIVATE KEY", fresh.secret.getEncoded()) + pem("PUBLIC KEY", fresh.known.encoded()));
        return fresh;
    }

    /** A key that is kept nowhere. */
    public static AgentKey fresh() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
            return new AgentKey(pair.getPrivate(), Signing.key(pair.getPublic().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    public HostKey known() {
        return known;
    }

    public byte[] sign(byte[] message) {
        return Signing.sign(secret, message);
    }

    private static AgentKey read(Path file) throws IOException {
        try {
            String text = Files.readString(file, StandardCharsets.US_ASCII);
            AgentKey key = new AgentKey(
                    KeyFactory.getInstance(ALGORITHM)
                            .generatePrivate(new PKCS8EncodedKeySpec(block("PRIVATE KEY", text))),
                    Signing.key(block("PUBLIC KEY", text)));
            if (Signing.verify(key.known, SAMPLE, key.sign(SAMPLE))) {
                return key;
            }
            throw new IllegalArgumentException("its two parts do not belong together");
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(
                    "no host key in " + file + ": " + e.getMessage()
                            + "; put the right file back, or remove it: the next start makes a new key, which an"
                            + " operator has to enrol",
                    e);
        }
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + what + "-----\n";
    }

    private static byte[] block(String what, String text) {
        Matcher block = Pattern.compile("-----BEGIN " + what + "-----([A-Za-z0-9+/=\\s]*)-----END " + what + "-----")
                .matcher(text);
        if (!block.find()) {
            throw new IllegalArgumentException("it has no block '" + what + "'");
        }
        return Base64.getMimeDecoder().decode(block.group(1));
    }
}
