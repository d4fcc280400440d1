package io.iommuledger.command.proof;

import io.iommuledger.db.tree.SignedCheckpoint;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.note.NoteSignature;
import io.iommuledger.proof.note.SignedNote;
import io.iommuledger.proof.note.VerifierKey;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One {@code add-checkpoint} of C2SP's tlog-witness. */
final class WitnessCall {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 64 << 10;
    private static final int CONFLICT = 409;

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /** @param old what the witness is believed to stand at, and the proof that the checkpoint continues it */
    WitnessAnswer send(Witness witness, long old, List<Hash> proof, SignedCheckpoint checkpoint)
            throws InterruptedException {
        StringBuilder body = new StringBuilder("old ").append(old).append('\n');
        proof.forEach(hash -> body.append(hash.toBase64()).append('\n'));
        body.append('\n').append(checkpoint.note());
        HttpRequest request = HttpRequest.newBuilder(witness.address())
                .timeout(PATIENCE)
                .header("Content-Type", "text/plain; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        // A request's own timeout ends with the head of the answer.
        CompletableFuture<HttpResponse<byte[]>> asked = http.sendAsync(
                request, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MOST_BYTES));
        try {
            HttpResponse<byte[]> response = asked.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            String text = new String(response.body(), StandardCharsets.UTF_8);
            return answer(witness, response.statusCode(), text, checkpoint);
        } catch (ExecutionException e) {
            return new WitnessAnswer.Failed("no answer: " + reason(e));
        } catch (TimeoutException e) {
            return new WitnessAnswer.Failed("no whole answer in " + PATIENCE.toSeconds() + " s");
        } finally {
            asked.cancel(true);
        }
    }

    private static String reason(ExecutionException failed) {
        Optional<Throwable> why = Optional.ofNullable(failed.getCause());
        for (Optional<Throwable> each = why; each.isPresent(); each = each.map(Throwable::getCause)) {
            if (each.get() instanceof UnresolvedAddressException) {
                return "no host of its name is known";
            }
        }
        return switch (why.orElse(failed)) {
            case HttpConnectTimeoutException _ -> "no connection in " + PATIENCE.toSeconds() + " s";
            case ConnectException _ -> "nobody takes connections there";
            case Throwable other -> other.toString();
        };
    }

    private static WitnessAnswer answer(Witness witness, int status, String text, SignedCheckpoint checkpoint) {
        String first = text.lines().findFirst().orElse("");
        if (status == CONFLICT && first.matches("0|[1-9][0-9]{0,17}")) {
            return new WitnessAnswer.StandsAt(Long.parseLong(first));
        }
        if (status / 100 != 2) {
            return new WitnessAnswer.Failed("answered " + status + ": " + shortened(first));
        }
        return witness.key().map(key -> cosigned(key, text, checkpoint)).orElseGet(() -> new WitnessAnswer.Took(""));
    }

    private static WitnessAnswer cosigned(VerifierKey key, String lines, SignedCheckpoint checkpoint) {
        try {
            String signed = SignedNote.parse(checkpoint.note()).text();
            StringBuilder made = new StringBuilder();
            for (NoteSignature each : SignedNote.signatures(lines)) {
                if (key.made(each, signed)) {
                    made.append(each.line());
                }
            }
            if (!made.isEmpty()) {
                return new WitnessAnswer.Took(made.toString());
            }
        } catch (IllegalArgumentException noSignature) {
            return new WitnessAnswer.Failed("answered with what is no signature: " + noSignature.getMessage());
        }
        return new WitnessAnswer.Failed("answered without a cosignature by " + key);
    }

    private static String shortened(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= 200 ? printable : printable.substring(0, 200) + "…";
    }
}
