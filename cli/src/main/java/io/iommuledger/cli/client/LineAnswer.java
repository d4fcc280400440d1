package io.iommuledger.cli.client;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;

/**
 * A long answer, which is read while it comes.
 *
 * @param from     position behind which it begins
 * @param position up to which it goes
 * @param lines    that come; reading them fails if the answer ends before its end
 */
public record LineAnswer(long from, long position, BufferedReader lines) {
    static final String POSITION = "Ledger-Position";

    static LineAnswer of(HttpURLConnection connection, InputStream body) {
        return new LineAnswer(
                connection.getHeaderFieldLong("Ledger-From", 0),
                connection.getHeaderFieldLong(POSITION, 0),
                new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8)));
    }
}
