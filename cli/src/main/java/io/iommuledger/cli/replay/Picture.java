package io.iommuledger.cli.replay;

import io.iommuledger.cli.Screen;
import io.iommuledger.cli.client.Printable;
import io.iommuledger.cli.table.Column;
import io.iommuledger.cli.table.Form;
import io.iommuledger.cli.table.Paint;
import io.iommuledger.cli.table.Table;
import io.iommuledger.cli.table.Wrapping;
import io.iommuledger.lifecycle.replay.Playhead;
import io.iommuledger.protocol.bundle.Manifest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** A frame on a terminal: as many lines as there are, none longer than it is wide. */
final class Picture {
    private static final String CLEARED = "\u001b[H\u001b[2J";
    private static final String HELP = "n next  b back  ne be by episode  p play  g POS  x SPEED  u COND  q quit";

    private static final List<Column> CHANGES = List.of(
            new Column("MAPPING", 0, "mapping", Form.TEXT),
            new Column("BEFORE", 1, "before", Form.STATE),
            new Column("AFTER", 0, "after", Form.STATE),
            new Column("CAUSE", 2, "after.cause", Form.TEXT),
            new Column("IOVA", 1, "iova", Form.TEXT),
            new Column("EXPORTER", 2, "exporter", Form.TEXT),
            new Column("ACCESS", 4, "after.access", Form.TEXT),
            new Column("CONTEXT", 5, "context", Form.TEXT));

    private static final List<Column> ZOMBIES = List.of(
            new Column("STATE", 0, "state", Form.TEXT),
            new Column("MAPPING", 0, "mapping", Form.TEXT),
            new Column("AGE", 0, "since.instant", Form.AGE),
            new Column("EXPORTER", 1, "exporter", Form.TEXT),
            new Column("SINCE", 3, "since.position", Form.NUMBER));

    private final Manifest manifest;
    private final Screen.Size size;
    private final Paint paint;
    private final List<String> lines = new ArrayList<>();

    private Picture(Manifest manifest, Screen.Size size, Paint paint) {
        this.manifest = manifest;
        this.size = size;
        this.paint = paint;
    }

    /**
     * @param doing   whether it plays, and how fast
     * @param message what there is to say besides; may be empty
     */
    static String of(Manifest manifest, Playhead head, String doing, String message, Screen.Size size, Paint paint) {
        Picture picture = new Picture(manifest, size, paint);
        picture.draw(
                FrameTree.of(head),
                FrameTree.nanos(head).stream().mapToObj(Instants::instant).findFirst(),
                doing);
        return picture.cut(message);
    }

    private void draw(JsonNode frame, Optional<Instant> instant, String doing) {
        add("position " + frame.path("position").asString() + " of " + manifest.from() + " to " + manifest.to() + "   "
                + frame.path("instant").asString("no fact yet") + "   " + doing);
        JsonNode event = frame.path("event");
        add(
                event.isMissingNode()
                        ? "where the bundle begins"
                        : event.path("stream").asString() + " #"
                                + event.path("sequence").asString("?") + "  "
                                + event.path("type").asString("a fact that this version does not know")
                                + (event.has("operation")
                                        ? "  operation "
                                                + event.path("operation").asString()
                                        : ""));
        JsonNode tainted = frame.path("taintedHosts");
        if (!tainted.isEmpty()) {
            lines.add(paint.warning(fitted("TAINTED "
                    + String.join(
                            ", ",
                            tainted.values().stream().map(JsonNode::asString).toList()))));
        }
        add("");
        JsonNode zombies = frame.path("zombies");
        add("zombies: " + zombies.path("count").asString() + ", exposing: "
                + zombies.path("exposing").asString());
        table(ZOMBIES, zombies.path("mappings"), instant, (size.rows() - lines.size()) / 2);
        add("");
        JsonNode changed = frame.path("changed");
        add("began: " + changed.path("began").asString("0") + ", changed: "
                + changed.path("changed").asString("0") + ", ended: "
                + changed.path("ended").asString("0"));
        table(CHANGES, changed.path("mappings"), instant, size.rows() - lines.size() - 4);
        add("hash " + frame.path("hash").asString());
    }

    private void table(List<Column> columns, JsonNode rows, Optional<Instant> instant, int most) {
        int header = 1;
        if (rows.isEmpty() || most <= header) {
            return;
        }
        Instant now = instant.orElse(Instant.EPOCH);
        List<JsonNode> shown = rows.values().stream().limit(most - header).toList();
        Table table = Table.of(columns, shown, now, OptionalInt.of(size.columns()), paint);
        List<String> drawn = new ArrayList<>();
        drawn.add(table.header());
        shown.forEach(row -> drawn.addAll(table.lines(row, now)));
        lines.addAll(drawn.subList(0, Math.min(most, drawn.size())));
    }

    private void add(String line) {
        lines.add(fitted(line));
    }

    private String fitted(String line) {
        String printable = Printable.of(line);
        return Paint.visible(printable) <= size.columns() ? printable : Wrapping.cut(printable, size.columns());
    }

    /** What does not fit is left out before the last lines are, which say what can be done. */
    private String cut(String message) {
        List<String> last = new ArrayList<>();
        last.add(lines.removeLast());
        if (!message.isEmpty()) {
            last.add(fitted(message));
        }
        last.add(fitted(HELP));
        int room = Math.max(0, size.rows() - 1 - last.size());
        List<String> shown = new ArrayList<>(lines.subList(0, Math.min(room, lines.size())));
        shown.addAll(last);
        return CLEARED + String.join("\n", shown) + "\n> ";
    }
}
