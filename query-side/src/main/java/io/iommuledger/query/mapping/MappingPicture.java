package io.iommuledger.query.mapping;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.query.column.IovaColumn;
import io.iommuledger.report.Chart;
import io.iommuledger.web.Hex;
import io.iommuledger.web.Times;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Draws mappings as lanes over time, each interval in the colour and with the name of its state; resets and faults as lines. */
final class MappingPicture {
    /** As many as fit a page of paper. */
    static final int MOST_LANES = 28;

    static final int MOST_INTERVALS = 50;
    static final int MOST_MARKS = 200;

    private static final int WIDTH = 960;
    private static final int NAMES = 240;
    private static final int TOP = 34;
    private static final int LANE = 18;
    private static final int BAR = 13;
    private static final int FOOT = 30;
    private static final int LETTER = 7;
    private static final String RESET = "#1a1a1a";
    private static final String FAULT = "#8e0038";

    private final long first;
    private final long last;
    private final List<Chart.Shape> shapes = new ArrayList<>();
    private final List<Chart.Shape> marks = new ArrayList<>();
    private final Set<MappingState> seen = EnumSet.noneOf(MappingState.class);
    private int lanes;
    private long ofAll;
    private double lettered;
    private int resets;
    private int faults;

    /** A mapping. */
    record Lane(String host, long epoch, long number, long context, long iova) {}

    /** @param endNanos empty if it goes on */
    record Interval(String state, String cause, long beginNanos, OptionalLong endNanos) {}

    /** What happened at a moment. */
    record Mark(String name, long beganNanos) {}

    /** @param first effective time of the first fact of the window, as of the last one */
    MappingPicture(long first, long last) {
        this.first = first;
        this.last = last;
    }

    void lane(Lane lane, List<Interval> intervals) {
        int y = TOP + lanes * LANE;
        lanes++;
        String name = new MappingId(new HostId(lane.host()), lane.epoch(), lane.number()) + " in "
                + new ContextId(lane.epoch(), lane.context()) + " " + Hex.address(IovaColumn.flip(lane.iova()));
        shapes.add(new Chart.Words(0, y + BAR - 3, shortened(name, NAMES)));
        for (Interval interval : intervals) {
            MappingState state = MappingState.valueOf(interval.state());
            double begin = x(interval.beginNanos());
            double end = x(interval.endNanos().orElse(last));
            if (end > begin) {
                seen.add(state);
                shapes.add(new Chart.Bar(
                        begin,
                        y,
                        end - begin,
                        BAR,
                        colour(state),
                        name + ": " + interval.state() + ", " + interval.cause()));
                if (end - begin > interval.state().length() * LETTER + LETTER) {
                    shapes.add(new Chart.Words(begin + 3, y + BAR - 3, interval.state()));
                }
            }
        }
    }

    /** So many mappings are in the window. */
    void ofAll(long mappings) {
        ofAll = mappings;
    }

    void reset(Mark mark) {
        resets++;
        mark(mark, RESET, "R");
    }

    void fault(Mark mark) {
        faults++;
        mark(mark, FAULT, "F");
    }

    private void mark(Mark mark, String colour, String letter) {
        double x = x(mark.beganNanos());
        marks.add(new Chart.Line(x, TOP - 6, x, TOP + lanes * LANE, colour, mark.name()));
        if (x >= lettered + LETTER + 2 || x < lettered) {
            marks.add(new Chart.Words(x - 3, TOP - 9, letter));
            lettered = x;
        }
    }

    Chart chart() {
        List<Chart.Shape> all = new ArrayList<>();
        all.add(new Chart.Words(NAMES, 10, Times.rfc3339(first)));
        String end = Times.rfc3339(last);
        all.add(new Chart.Words(WIDTH - end.length() * (LETTER - 1), 10, end));
        all.addAll(shapes);
        all.addAll(marks);
        int foot = TOP + lanes * LANE + FOOT;
        double x = NAMES;
        for (MappingState state : seen) {
            all.add(new Chart.Bar(x, foot - 12, 12, 10, colour(state), state.name()));
            all.add(new Chart.Words(x + 16, foot - 3, state.name()));
            x += 30 + state.name().length() * LETTER;
        }
        return new Chart("mappings-over-time", "Intervals by state", description(), WIDTH, foot, List.copyOf(all));
    }

    private String description() {
        return "Of " + ofAll + " mappings that stood or changed in the window, " + lanes
                + " are drawn, zombies first, each with at most " + MOST_INTERVALS + " intervals; time goes from "
                + Times.rfc3339(first) + " to " + Times.rfc3339(last) + ". " + resets
                + " lines marked R are beginnings of reset episodes, " + faults + " marked F are DMA faults, at most "
                + MOST_MARKS
                + " of each. Tables of this report tell of zombies, reset episodes, DMA faults and records of the"
                + " window; of mappings that stood in it and did not change, only this picture does.";
    }

    private double x(long nanos) {
        double share = last > first ? (double) (nanos - first) / (last - first) : 0;
        return NAMES + Math.clamp(share, 0.0, 1.0) * (WIDTH - NAMES);
    }

    private static String shortened(String name, int width) {
        int most = width / (LETTER - 1);
        return name.length() <= most ? name : name.substring(0, most - 1) + "…";
    }

    /** Of the palette of Okabe and Ito, which those who see few colours tell apart. */
    private static String colour(MappingState state) {
        return switch (state) {
            case ACTIVE -> "#56b4e9";
            case DEFERRED, REQUESTED -> "#bbbbbb";
            case STALE -> "#e69f00";
            case ORPHANED -> "#d55e00";
            case REVOKED -> "#009e73";
            case LIMBO, UNKNOWN -> "#cc79a7";
            case REFUSED, UNMAPPED, DROPPED -> "#999999";
        };
    }
}
