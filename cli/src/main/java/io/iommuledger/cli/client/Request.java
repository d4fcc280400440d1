package io.iommuledger.cli.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A question to a server.
 *
 * @param path       below {@code /api/v1/}
 * @param parameters of the query, in their order
 */
public record Request(String path, Map<String, String> parameters) {

    public Request {
        parameters = new LinkedHashMap<>(parameters);
    }

    public static Request of(String path) {
        return new Request(path, Map.of());
    }

    public Request with(String name, Object value) {
        Request more = new Request(path, parameters);
        more.parameters.put(name, value.toString());
        return more;
    }

    public Request without(String... names) {
        Request less = new Request(path, parameters);
        for (String name : names) {
            less.parameters.remove(name);
        }
        return less;
    }

    /** One part of a path, whatever is in it. */
    public static String segment(String text) {
        return encoded(text).replace("+", "%20").replace("%3A", ":");
    }

    /** Path and query, as they are sent. */
    String target() {
        return parameters.isEmpty()
                ? path
                : parameters.entrySet().stream()
                        .map(one -> one.getKey() + "=" + encoded(one.getValue()))
                        .collect(Collectors.joining("&", path + "?", ""));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
