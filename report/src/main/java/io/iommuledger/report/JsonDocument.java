package io.iommuledger.report;

import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/** All of a report for programs: every row of every table. */
final class JsonDocument implements Document {
    private static final JsonMapper JSON = new JsonMapper();

    private final JsonGenerator json;
    private boolean inSection;

    private JsonDocument(OutputStream out) {
        this.json = JSON.createGenerator(new Unclosed(out));
    }

    static Document begin(OutputStream out, Title title) {
        JsonDocument document = new JsonDocument(out);
        document.json.writeStartObject();
        document.json.writeStringProperty("report", title.kind());
        document.json.writeStringProperty("title", title.title());
        document.json.writeStringProperty("subject", title.subject());
        document.json.writeArrayPropertyStart("sections");
        return document;
    }

    @Override
    public void section(String id, String title) {
        endSection();
        inSection = true;
        json.writeStartObject();
        json.writeStringProperty("id", id);
        json.writeStringProperty("title", title);
        json.writeArrayPropertyStart("content");
    }

    @Override
    public void text(String words) {
        json.writeStartObject();
        json.writeStringProperty("text", words);
        json.writeEndObject();
    }

    @Override
    public void entries(String id, List<Entry> entries) {
        json.writeStartObject();
        json.writeStringProperty("id", id);
        json.writeObjectPropertyStart("entries");
        entries.forEach(entry -> property(entry.id(), entry.value()));
        json.writeEndObject();
        json.writeEndObject();
    }

    @Override
    public void table(Table table, Rows rows) throws java.io.IOException {
        json.writeStartObject();
        json.writeStringProperty("id", table.id());
        json.writeStringProperty("title", table.title());
        json.writeArrayPropertyStart("rows");
        long[] count = {0};
        rows.each(cells -> {
            count[0]++;
            json.writeStartObject();
            for (int i = 0; i < cells.size(); i++) {
                property(table.columns().get(i).id(), cells.get(i));
            }
            json.writeEndObject();
        });
        json.writeEndArray();
        json.writeNumberProperty("total", count[0]);
        json.writeEndObject();
    }

    /** It shows what the tables say. */
    @Override
    public void chart(Chart chart) {
        json.writeStartObject();
        json.writeStringProperty("id", chart.id());
        json.writeStringProperty("title", chart.title());
        json.writeStringProperty("picture", chart.description());
        json.writeEndObject();
    }

    /** What is not there is left out. */
    private void property(String name, @Nullable Object cell) {
        switch (Cells.inside(cell)) {
            case null -> {}
            case Long number -> json.writeNumberProperty(name, number);
            case Integer number -> json.writeNumberProperty(name, number);
            case Boolean truth -> json.writeBooleanProperty(name, truth);
            case Collection<?> list -> {
                json.writeArrayPropertyStart(name);
                list.forEach(element -> json.writeString(element.toString()));
                json.writeEndArray();
            }
            case Object value -> json.writeStringProperty(name, value.toString());
        }
    }

    private void endSection() {
        if (inSection) {
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    @Override
    public void close() {
        endSection();
        json.writeEndArray();
        json.writeEndObject();
        json.writeRaw('\n');
        json.close();
    }
}
