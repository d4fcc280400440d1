package io.iommuledger.lifecycle.host;

/**
 * The stream of one epoch of one host's agent, written {@code host/<id>/<epoch>}. The agent numbers its facts from 0.
 *
 * @param epoch counts the agent's starts, from 1; durable before the first fact of a start
 */
public record StreamId(HostId host, long epoch) {

    private static final String PREFIX = "host/";

    public StreamId {
        if (epoch < 1) {
            throw new IllegalArgumentException("epochs count from 1: host=" + host + ", epoch=" + epoch);
        }
    }

    public static boolean isStream(String text) {
        return text.startsWith(PREFIX);
    }

    /** @throws IllegalArgumentException if the text is not of the form {@code host/<id>/<epoch>} */
    public static StreamId parse(String text) {
        int slash = text.lastIndexOf('/');
        if (!isStream(text) || slash <= PREFIX.length()) {
            throw new IllegalArgumentException("no stream of a host: '" + text + "'; expected host/<id>/<epoch>");
        }
        return new StreamId(
                new HostId(text.substring(PREFIX.length(), slash)), Long.parseLong(text.substring(slash + 1)));
    }

    @Override
    public String toString() {
        return PREFIX + host + "/" + epoch;
    }
}
