package io.iommuledger.cli.table;

import java.util.Map;
import java.util.regex.Pattern;

/** Colours, where there are any: red reaches what it should not, yellow may, green is withdrawn. */
public enum Paint {
    NONE {
        @Override
        String with(String code, String text) {
            return text;
        }
    },
    COLOURS {
        @Override
        String with(String code, String text) {
            return text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
        }
    };

    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

    private static final String BOLD = "1";
    private static final String RED = "1;31";
    private static final String YELLOW = "33";
    private static final String GREEN = "32";

    private static final Map<String, String> STATES = Map.of(
            "ORPHANED", RED,
            "STALE", RED,
            "LIMBO", YELLOW,
            "UNKNOWN", YELLOW,
            "REVOKED", GREEN);

    /** How much room a text takes on a terminal. */
    public static int visible(String painted) {
        return Layout.length(COLOUR.matcher(painted).replaceAll(""));
    }

    abstract String with(String code, String text);

    String header(String text) {
        return with(BOLD, text);
    }

    /** @param text a state, with its mark */
    String state(String text) {
        String name = text.replace(Form.INFERRED, "").replace(Form.UNKNOWN, "");
        String code = STATES.get(name);
        return code == null ? text : with(code, text);
    }

    public String warning(String text) {
        return with(RED, text);
    }

    public String good(String text) {
        return with(GREEN, text);
    }

    public String doubtful(String text) {
        return with(YELLOW, text);
    }
}
