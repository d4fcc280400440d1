package io.iommuledger.report;

import java.util.List;

/**
 * A picture of bars, lines and words on a sheet; its corner at the upper left is 0, 0.
 *
 * @param id          no other picture of the report has it
 * @param title       what it shows
 * @param description the same in words, for whoever does not see it
 */
public record Chart(String id, String title, String description, int width, int height, List<Shape> shapes) {

    /** Part of a picture. */
    public sealed interface Shape {}

    /**
     * A filled rectangle.
     *
     * @param meaning what it stands for; shown to who points at it
     */
    public record Bar(double x, double y, double width, double height, String colour, String meaning)
            implements Shape {}

    public record Line(double x1, double y1, double x2, double y2, String colour, String meaning) implements Shape {}

    /** Words that begin at a place. */
    public record Words(double x, double y, String text) implements Shape {}
}
