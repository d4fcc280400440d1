package io.iommuledger.web.csv;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.iommuledger.web.TaintHeaders;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractHttpMessageConverter;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes the elements of a list as lines under a header, and in headers of HTTP what the answer says besides: the position
 * that it stands at, where it is found again, and where the list goes on. A text that a spreadsheet would take for a formula
 * has an apostrophe before it.
 */
public final class CsvConverter extends AbstractHttpMessageConverter<Object> {
    public static final MediaType TYPE = MediaType.parseMediaType("text/csv");

    private final JsonMapper json = new JsonMapper();
    private final Map<Class<?>, List<Column>> columns = new ConcurrentHashMap<>();

    public CsvConverter() {
        super(StandardCharsets.UTF_8, TYPE);
    }

    /** What stands in the first line of a list of such. */
    public static List<String> columnsOf(Class<?> element) {
        return Column.of(element).stream().map(Column::name).toList();
    }

    @Override
    protected boolean supports(Class<?> type) {
        return ListAnswer.of(type).isPresent();
    }

    @Override
    public boolean canRead(Class<?> type, @Nullable MediaType media) {
        return false;
    }

    @Override
    protected Object readInternal(Class<?> type, HttpInputMessage message) {
        throw new UnsupportedOperationException("CSV is only written");
    }

    @Override
    protected void writeInternal(Object answer, HttpOutputMessage message) throws IOException {
        ListAnswer list = ListAnswer.of(answer.getClass()).orElseThrow();
        header(list, answer, message.getHeaders());
        List<Column> shown = columns(list.element());
        Writer writer = new OutputStreamWriter(message.getBody(), StandardCharsets.UTF_8);
        CsvWriter csv = CsvWriter.builder().build(writer);
        csv.writeRecord(shown.stream().map(Column::name).toList());
        for (Object element : list.elements(answer)) {
            csv.writeRecord(
                    shown.stream().map(column -> cell(column.value(element))).toList());
        }
        csv.flush();
    }

    private void header(ListAnswer list, Object answer, HttpHeaders headers) {
        value(list, answer, "position").ifPresent(position -> headers.set("Ledger-Position", position.toString()));
        value(list, answer, "completeness.state")
                .ifPresent(state -> headers.set(
                        "Ledger-Completeness",
                        state
                                + value(list, answer, "completeness.missing")
                                        .map(count -> "; missing=" + count)
                                        .orElse("")));
        value(list, answer, "unknown.mappings")
                .ifPresent(count -> headers.set(
                        "Ledger-Unknown",
                        count
                                + (value(list, answer, "unknown.more")
                                                .filter(Boolean.TRUE::equals)
                                                .isPresent()
                                        ? "+"
                                        : "")));
        value(list, answer, "note").ifPresent(note -> headers.set("Ledger-Note", note.toString()));
        value(list, answer, "tainted")
                .ifPresent(tainted -> TaintHeaders.ofHost(Boolean.TRUE.equals(tainted), headers::set));
        value(list, answer, "taintedHosts").ifPresent(hosts -> TaintHeaders.ofHosts(texts(hosts), headers::set));
        value(list, answer, "pinned")
                .ifPresent(pinned -> headers.add(HttpHeaders.LINK, "<" + pinned + ">; rel=\"canonical\""));
        value(list, answer, "next")
                .ifPresent(next -> headers.add(HttpHeaders.LINK, "<" + next(next) + ">; rel=\"next\""));
    }

    /** A list of the log goes on after a position, all others from a cursor. */
    private static String next(Object next) {
        return ServletUriComponentsBuilder.fromCurrentRequest()
                .replaceQueryParam("wait")
                .replaceQueryParam(next instanceof Number ? "after" : "cursor", next)
                .build()
                .toUri()
                .getRawSchemeSpecificPart()
                .replaceFirst("^//[^/]*", "");
    }

    private Optional<Object> value(ListAnswer list, Object answer, String name) {
        return columns(list.type()).stream()
                .filter(column -> column.name().equals(name))
                .flatMap(column -> Optional.ofNullable(column.value(answer)).stream())
                .findFirst();
    }

    private List<Column> columns(Class<?> record) {
        return columns.computeIfAbsent(record, Column::of);
    }

    private static List<String> texts(Object list) {
        return list instanceof Collection<?> elements
                ? elements.stream().map(Objects::toString).toList()
                : List.of();
    }

    private String cell(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Number number -> number.toString();
            case Collection<?> list
            when list.stream().noneMatch(element -> element instanceof Record) ->
                Formulas.disarmed(list.stream().map(Objects::toString).collect(Collectors.joining(" ")));
            case Collection<?> records -> json.writeValueAsString(records);
            case Map<?, ?> members -> json.writeValueAsString(members);
            default -> Formulas.disarmed(value.toString());
        };
    }
}
