package io.iommuledger.agent.uplink;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a command side's gateway is. */
public record GatewayAddress(String host, int port) {
    public static final String FORM =
            "HOST:PORT, the port from 1 to 65535, for example ledger1:9090 or [2001:db8::1]:9090";

    private static final Pattern PARTS = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):([0-9]{1,5})");
    private static final int MOST = 65_535;

    /**
     * Reads addresses that are separated by commas.
     *
     * @throws IllegalArgumentException if there is none, or one of them has another form
     */
    public static List<GatewayAddress> parseAll(String text) {
        List<GatewayAddress> addresses = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            addresses.add(parse(each));
        }
        return addresses;
    }

    private static GatewayAddress parse(String text) {
        Matcher parts = PARTS.matcher(text);
        if (parts.matches()) {
            int port = Integer.parseInt(parts.group(2));
            if (port > 0 && port <= MOST) {
                return new GatewayAddress(parts.group(1), port);
            }
        }
        throw new IllegalArgumentException("'" + text + "' is no address of a command side; expected " + FORM);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
