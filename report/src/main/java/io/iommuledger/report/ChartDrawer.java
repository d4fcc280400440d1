package io.iommuledger.report;

import com.openhtmltopdf.css.parser.FSRGBColor;
import com.openhtmltopdf.css.sheet.FontFaceRule;
import com.openhtmltopdf.css.style.CssContext;
import com.openhtmltopdf.extend.OutputDevice;
import com.openhtmltopdf.extend.SVGDrawer;
import com.openhtmltopdf.layout.SharedContext;
import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.render.Box;
import com.openhtmltopdf.render.RenderingContext;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.io.File;
import java.util.List;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** Draws the SVG of {@link ChartSvg} on paper, and no other. */
final class ChartDrawer implements SVGDrawer {
    private static final double LINE_WIDTH = 1;

    private final Typeface typeface = Typeface.load();

    @Override
    public SVGImage buildSVGImage(
            Element svg, Box box, CssContext context, double cssWidth, double cssHeight, double dotsPerPixel) {
        return new Picture(svg, dotsPerPixel);
    }

    /** Letters are {@link Typeface}'s. */
    @Override
    public void importFontFaceRules(List<FontFaceRule> rules, SharedContext shared) {}

    @Override
    public void addFontFile(File file, String family, Integer weight, FontStyle style) {}

    @Override
    public void close() {}

    /** Its length is in pixels, as is that of what is in it. */
    private final class Picture implements SVGImage {
        private final Element svg;
        private final double dotsPerPixel;

        Picture(Element svg, double dotsPerPixel) {
            this.svg = svg;
            this.dotsPerPixel = dotsPerPixel;
        }

        @Override
        public int getIntrinsicWidth() {
            return (int) (number(svg, "width") * dotsPerPixel);
        }

        @Override
        public int getIntrinsicHeight() {
            return (int) (number(svg, "height") * dotsPerPixel);
        }

        @Override
        public void drawSVG(OutputDevice device, RenderingContext context, double x, double y) {
            AffineTransform place = new AffineTransform(dotsPerPixel, 0, 0, dotsPerPixel, x, y);
            for (Node node = svg.getFirstChild(); node != null; node = node.getNextSibling()) {
                if (node instanceof Element part) {
                    draw(device, place, part);
                }
            }
        }

        private void draw(OutputDevice device, AffineTransform place, Element part) {
            switch (part.getTagName()) {
                case "rect" ->
                    fill(
                            device,
                            place,
                            part.getAttribute("fill"),
                            new Rectangle2D.Double(
                                    number(part, "x"),
                                    number(part, "y"),
                                    number(part, "width"),
                                    number(part, "height")));
                case "line" -> fill(device, place, part.getAttribute("stroke"), line(part));
                case "text" ->
                    fill(
                            device,
                            place,
                            "#1a1a1a",
                            typeface.outline(
                                    part.getTextContent(),
                                    number(part, "x"),
                                    number(part, "y"),
                                    number(part, "font-size")));
                default -> {
                    // title and desc are read, not seen
                }
            }
        }
    }

    private static void fill(OutputDevice device, AffineTransform place, String colour, Shape shape) {
        int rgb = Integer.parseInt(colour.substring(1), 16);
        device.setColor(new FSRGBColor(rgb >> 16, rgb >> 8 & 0xff, rgb & 0xff));
        device.fill(place.createTransformedShape(shape));
    }

    /** Upright or level, as a thin bar. */
    private static Shape line(Element part) {
        Line2D line = new Line2D.Double(number(part, "x1"), number(part, "y1"), number(part, "x2"), number(part, "y2"));
        Rectangle2D bar = line.getBounds2D();
        return new Rectangle2D.Double(
                bar.getX() - LINE_WIDTH / 2,
                bar.getY() - LINE_WIDTH / 2,
                bar.getWidth() + LINE_WIDTH,
                bar.getHeight() + LINE_WIDTH);
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }
}
