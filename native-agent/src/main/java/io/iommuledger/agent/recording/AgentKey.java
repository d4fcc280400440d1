package io.iommuledger.agent.recording;

import io.iommuledger.agent.journal.OwnerOnly;
import io.iommuledger.lifecycle.enrolment.HostKey;
import io.iommuledger.protocol.Signing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The key by which a host is known, Ed25519, made at the agent's first start and kept in its state directory: the private
 * part as PKCS#8, the public one as X.509, both in PEM, readable by the agent's user alone.
 */
public final class AgentKey {
    private static final String ALGORITHM = "Ed25519";
    private static final String FILE = "host-key";
    private static final int MOST_BYTES = 4_096;
    private static final byte[] SAMPLE = {1, 2, 3};

    private final PrivateKey secret;
    private final HostKey known;

    private AgentKey(PrivateKey secret, HostKey known) {
        this.secret = secret;
        this.known = known;
    }

    /**
     * The state directory's key, made if there is none. When it returns, the key is there for good, and every start that
     * comes at the same time has the same one.
     *
     * @throws UnfitStart if there is something else than a key that only its owner reads
     * @throws IOException if it cannot be written
     */
    public static AgentKey in(Path stateDirectory) throws IOException {
        Path file = stateDirectory.resolve(FILE);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return read(file);
        }
        StateDirectory.prepare(stateDirectory);
        AgentKey fresh = fresh();
        boolean first = DurableFile.create(
                file, pem("PRIVATE KEY", fresh.secret.getEncoded()) + pem("PUBLIC KEY", fresh.known.encoded()));
        return first ? fresh : read(file);
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
        if (!Files.isRegularFile(file)) {
            throw unfit(file, "it is no regular file");
        }
        if (OwnerOnly.isOpen(file)) {
            throw new UnfitStart("others than its owner may use the host key " + file + " ("
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                    + "); if nobody has read it: chmod 600 " + file
                    + "; else remove it: the next start makes a new key, which an operator has to enrol");
        }
        try {
            String text = text(file);
            AgentKey key = new AgentKey(
                    KeyFactory.getInstance(ALGORITHM)
                            .generatePrivate(new PKCS8EncodedKeySpec(block("PRIVATE KEY", text))),
                    Signing.key(block("PUBLIC KEY", text)));
            if (Signing.verify(key.known, SAMPLE, key.sign(SAMPLE))) {
                return key;
            }
            throw new IllegalArgumentException("its two parts do not belong together");
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw unfit(file, e.getMessage());
        } catch (IOException unreadable) {
            throw unfit(file, "it cannot be read, " + unreadable);
        }
    }

    /** No more than a key's file can have, whatever the file is. */
    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IllegalArgumentException("it has more than " + MOST_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private static UnfitStart unfit(Path file, @Nullable String why) {
        return new UnfitStart("no host key in " + file + ": " + why
                + "; put the right file back, or remove it: the next start makes a new key, which an operator has to"
                + " enrol");
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
