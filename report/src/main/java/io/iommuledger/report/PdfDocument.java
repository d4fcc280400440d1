package io.iommuledger.report;

import com.openhtmltopdf.pdfboxout.PdfBoxRenderer;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder.PdfAConformance;
import com.openhtmltopdf.util.XRLog;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.logging.Level;
import java.util.regex.Pattern;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.common.PDMetadata;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * A report on paper: PDF/A-2a, tagged as PDF/UA-1 asks. It is laid out from its page of HTML, of which the number of rows
 * and the length of each is bounded. It has no date, and its id follows from what it says.
 */
final class PdfDocument implements Document {
    private static final Pattern DATE = Pattern.compile("<xmp:CreateDate>[^<]*</xmp:CreateDate>");

    static {
        XRLog.listRegisteredLoggers().forEach(logger -> XRLog.setLevel(logger, Level.SEVERE));
    }

    private final ByteArrayOutputStream html;
    private final HtmlDocument page;
    private final OutputStream out;

    private PdfDocument(ByteArrayOutputStream html, HtmlDocument page, OutputStream out) {
        this.html = html;
        this.page = page;
        this.out = out;
    }

    static Document begin(OutputStream out, Title title) throws IOException {
        ByteArrayOutputStream html = new ByteArrayOutputStream();
        return new PdfDocument(html, HtmlDocument.begin(html, title, Look.PAPER), out);
    }

    @Override
    public void section(String id, String title) throws IOException {
        page.section(id, title);
    }

    @Override
    public void text(String words) throws IOException {
        page.text(words);
    }

    @Override
    public void entries(String id, List<Entry> entries) throws IOException {
        page.entries(id, entries);
    }

    @Override
    public void table(Table table, Rows rows) throws IOException {
        page.table(table, rows);
    }

    @Override
    public void chart(Chart chart) throws IOException {
        page.chart(chart);
    }

    @Override
    public void close() throws IOException {
        page.close();
        byte[] content = html.toByteArray();
        PdfRendererBuilder builder = new PdfRendererBuilder()
                .usePdfAConformance(PdfAConformance.PDFA_2_A)
                .usePdfUaAccessibility(true)
                .useColorProfile(ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData())
                .withProducer("IOMMU Ledger")
                .useFont(Typeface::open, Typeface.FAMILY);
        builder.useSVGDrawer(new ChartDrawer());
        builder.addDOMMutator(PdfDocument::describePictures);
        builder.withHtmlContent(new String(content, StandardCharsets.UTF_8), null);
        try (PdfBoxRenderer renderer = builder.buildPdfRenderer();
                PDDocument pdf = renderer.createPDFKeepOpen()) {
            withoutDate(pdf);
            pdf.setDocumentId(ByteBuffer.wrap(digest(content)).getLong());
            pdf.save(new Unclosed(out));
        }
    }

    /** PDF takes a picture's description from an attribute that SVG does not have. */
    private static void describePictures(org.w3c.dom.Document html) {
        NodeList pictures = html.getElementsByTagName("svg");
        for (int i = 0; i < pictures.getLength(); i++) {
            Element picture = (Element) pictures.item(i);
            picture.setAttribute(
                    "alt", picture.getElementsByTagName("desc").item(0).getTextContent());
        }
    }

    /** When it was written is not part of what it says. */
    private static void withoutDate(PDDocument pdf) throws IOException {
        pdf.getDocumentInformation().getCOSObject().removeItem(COSName.CREATION_DATE);
        PDMetadata metadata = pdf.getDocumentCatalog().getMetadata();
        String dated = new String(metadata.toByteArray(), StandardCharsets.UTF_8);
        metadata.importXMPMetadata(DATE.matcher(dated).replaceAll("").getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] digest(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every JDK has SHA-256", e);
        }
    }
}
