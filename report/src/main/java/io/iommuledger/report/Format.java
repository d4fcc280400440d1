package io.iommuledger.report;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The forms in which a report is written. */
public enum Format {
    PDF("application/pdf"),
    HTML("text/html;charset=UTF-8"),
    JSON("application/json"),
    CSV("text/csv;charset=UTF-8");

    private final String mediaType;

    Format(String mediaType) {
        this.mediaType = mediaType;
    }

    public String mediaType() {
        return mediaType;
    }

    /** As requests name it, and what a file's name ends with. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Format> of(String word) {
        return Arrays.stream(values())
                .filter(format -> format.word().equals(word))
                .findFirst();
    }

    /** Begins to write one; the caller closes the document, and the stream after it. */
    public Document begin(OutputStream out, Title title) throws IOException {
        return switch (this) {
            case PDF -> PdfDocument.begin(out, title);
            case HTML -> HtmlDocument.begin(out, title);
            case JSON -> JsonDocument.begin(out, title);
            case CSV -> CsvDocument.begin(out, title);
        };
    }
}
