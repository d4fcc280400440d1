package io.iommuledger.report;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.GlyphData;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.PDDocument;

/**
 * The letters of reports on paper: Liberation Sans (SIL Open Font License), which comes with PDFBox. It has Latin, Greek and
 * Cyrillic ones; for what it lacks there is a number sign. Fonts of the machine are never looked for.
 */
final class Typeface {
    static final String FAMILY = "Liberation Sans";

    private static final String FILE = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";

    private final TrueTypeFont font;
    private final CmapLookup letters;

    private Typeface(TrueTypeFont font, CmapLookup letters) {
        this.font = font;
        this.letters = letters;
    }

    static InputStream open() {
        return Objects.requireNonNull(PDDocument.class.getResourceAsStream(FILE), FILE);
    }

    static Typeface load() {
        try {
            TrueTypeFont font = new TTFParser().parse(new RandomAccessReadBuffer(open()));
            return new Typeface(font, font.getUnicodeCmapLookup());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The outline of words that begin at a place. */
    Shape outline(String words, double x, double y, double size) {
        try {
            double scale = size / font.getUnitsPerEm();
            AffineTransform place = new AffineTransform(scale, 0, 0, -scale, x, y);
            Path2D outline = new Path2D.Double(Path2D.WIND_NON_ZERO);
            for (int letter : words.codePoints().toArray()) {
                int glyph = letters.getGlyphId(letter);
                GlyphData drawn = font.getGlyph().getGlyph(glyph);
                if (drawn != null) {
                    outline.append(place.createTransformedShape(drawn.getPath()), false);
                }
                place.translate(font.getAdvanceWidth(glyph), 0);
            }
            return outline;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
