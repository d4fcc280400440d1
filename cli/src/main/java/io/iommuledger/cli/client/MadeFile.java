package io.iommuledger.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A file that a server made and that was written here.
 *
 * @param sha256       of what was written, in hex; it is what the server said
 * @param position     that it rests on
 * @param completeness of the facts that it rests on
 */
public record MadeFile(long bytes, String sha256, String position, String completeness) {

    static MadeFile written(HttpURLConnection connection, OutputStream out) throws IOException, Failure {
        MessageDigest digest = digest();
        long bytes;
        try (InputStream in = new DigestInputStream(connection.getInputStream(), digest)) {
            bytes = in.transferTo(out);
        }
        byte[] found = digest.digest();
        String said = header(connection, "Repr-Digest");
        if (!said.contains("sha-256=:" + Base64.getEncoder().encodeToString(found) + ":")) {
            throw Failure.refused(
                    "the file is damaged: its SHA-256 is not what the server says, " + Printable.of(said));
        }
        return new MadeFile(
                bytes,
                HexFormat.of().formatHex(found),
                header(connection, "Ledger-Position"),
                header(connection, "Ledger-Completeness"));
    }

    private static String header(HttpURLConnection connection, String name) {
        return Objects.requireNonNullElse(connection.getHeaderField(name), "");
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every JDK has SHA-256", e);
        }
    }
}
