package io.iommuledger.command.proof;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.TreeHasher;
import io.iommuledger.proof.Verification;
import io.iommuledger.proof.note.Checkpoint;
import io.iommuledger.proof.note.SignedNote;
import io.iommuledger.proof.note.VerifierKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** A witness as C2SP's tlog-witness describes it, of any one log, whose checks are its own. */
final class TestWitness implements AutoCloseable {
    private static final String NAME = "witness.example/w1";
    private static final byte COSIGNATURE = 4;

    private final Ed25519PrivateKeyParameters secret = new Ed25519PrivateKeyParameters(new SecureRandom());
    private final HttpServer server;
    private volatile boolean away;
    private Checkpoint last = new Checkpoint("", 0, new TreeHasher().empty());

    TestWitness() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/w1/add-checkpoint", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/w1";
    }

    VerifierKey key() {
        byte[] typed = typed();
        return VerifierKey.parse(NAME + "+" + HexFormat.of().toHexDigits(id()) + "+"
                + Base64.getEncoder().encodeToString(typed));
    }

    void goAway() {
        away = true;
    }

    void comeBack() {
        away = false;
    }

    synchronized long size() {
        return last.size();
    }

    /** As if others had told it of more than is known here. */
    synchronized void hasSeen(Checkpoint checkpoint) {
        last = checkpoint;
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (away) {
            send(exchange, 503, "away\n");
            return;
        }
        int end = body.indexOf("\n\n");
        List<String> lines = body.substring(0, end).lines().toList();
        long old = Long.parseLong(lines.getFirst().substring("old ".length()));
        List<Hash> proof = lines.stream().skip(1).map(Hash::ofBase64).toList();
        SignedNote note = SignedNote.parse(body.substring(end + 2));
        Checkpoint next = Checkpoint.of(note);
        if (old != last.size()) {
            send(exchange, 409, last.size() + "\n");
        } else if (!Verification.consistency(old, last.root(), next.size(), next.root(), proof)) {
            send(exchange, 422, "not consistent\n");
        } else {
            last = next;
            send(exchange, 200, cosignature(note.text()));
        }
    }

    private String cosignature(String text) {
        long time = System.currentTimeMillis() / 1_000;
        byte[] message = ("cosignature/v1\ntime " + time + "\n" + text).getBytes(StandardCharsets.UTF_8);
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(true, secret);
        signer.update(message, 0, message.length);
        byte[] signature = signer.generateSignature();
        byte[] line = ByteBuffer.allocate(Integer.BYTES + Long.BYTES + signature.length)
                .putInt(id())
                .putLong(time)
                .put(signature)
                .array();
        return "\u2014 " + NAME + " " + Base64.getEncoder().encodeToString(line) + "\n";
    }

    private byte[] typed() {
        byte[] key = secret.generatePublicKey().getEncoded();
        byte[] typed = new byte[1 + key.length];
        typed[0] = COSIGNATURE;
        System.arraycopy(key, 0, typed, 1, key.length);
        return typed;
    }

    private int id() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update((NAME + "\n").getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(Arrays.copyOf(sha256.digest(typed()), Integer.BYTES))
                    .getInt();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
