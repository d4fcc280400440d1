package io.iommuledger.query.report;

import io.iommuledger.query.audit.EventAnswer;
import io.iommuledger.report.Rows;
import io.iommuledger.report.Table;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** Records of the log as rows of a table. */
@Component
class EventRows {
    private final LogReader log;
    private final ObjectWriter json;

    EventRows(LogReader log, JsonMapper json) {
        this.log = log;
        this.json = json.writerFor(new TypeReference<Map<String, Object>>() {});
    }

    /** Its columns are those of {@link #of}. */
    static Table table(String id, String title) {
        return Table.of(
                id,
                title,
                "position:Position",
                "instant:Host's clock",
                "storedAt:Stored",
                "host:Host",
                "stream:Stream",
                "type:Type",
                "operation:Operation",
                "fact:What it says");
    }

    /** @param types as patterns of SQL; none for all */
    Rows of(Period period, String... types) {
        return new Records(period, List.of(types));
    }

    private final class Records implements Rows {
        private final Period period;
        private final List<String> types;

        Records(Period period, List<String> types) {
            this.period = period;
            this.types = types;
        }

        @Override
        public void each(Taker taker) throws IOException {
            log.pages(period, types, page -> give(page, taker));
        }

        /** Of the others only their number is asked for, which is known of the whole period at once. */
        @Override
        public long first(int most, Taker taker) throws IOException {
            log.first(period, types, most, page -> give(page, taker));
            return period.census().records(types);
        }

        private void give(List<LogReader.Read> page, Taker taker) throws IOException {
            List<List<?>> rows =
                    page.parallelStream().<List<?>>map(EventRows.this::row).toList();
            for (List<?> row : rows) {
                taker.take(row);
            }
        }
    }

    private List<?> row(LogReader.Read read) {
        EventAnswer answer = read.answer();
        return Rows.row(
                answer.position(),
                answer.wall(),
                answer.storedAt(),
                read.host(),
                answer.stream(),
                answer.type(),
                answer.operation().map(Object::toString),
                answer.fact().map(this::text).orElseGet(() -> withoutFact(read, answer)));
    }

    private String withoutFact(LogReader.Read read, EventAnswer answer) {
        return read.notUnderstood()
                + answer.kept().map(kept -> "; kept: " + text(kept)).orElse("");
    }

    private String text(Map<String, Object> fact) {
        return json.writeValueAsString(fact);
    }
}
