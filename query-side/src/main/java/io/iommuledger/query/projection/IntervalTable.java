package io.iommuledger.query.projection;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * A table with one row for each interval of a thing's life.
 *
 * @param key     columns that name the thing
 * @param values  columns that say how it stands
 * @param amended those of them that may become better known while the interval goes on
 */
record IntervalTable(String name, List<Row.Column> key, List<Row.Column> values, List<Row.Column> amended) {
    static final IntervalTable HOST = of("host_interval", "host text", """
            epoch bigint, epoch_state text, instance uuid, machine_id text, boot_id text, kernel_release text,
            agent_version text, on_release text, on_reset text, mmio text, sealed boolean, tainted boolean,
            memory_lock_limit bigint, began_position bigint, began_nanos bigint""");
    static final IntervalTable DEVICE = of("device_interval", "host text, epoch bigint, address text", """
            iommu_group integer, vendor integer, product integer, class_code integer, driver text,
            reset_methods text[], bars jsonb, context text, session integer, decoding text, power text""");
    static final IntervalTable CONTEXT = of("context_interval", "host text, epoch bigint, number bigint", """
            kind text, state text, groups integer[], page_sizes bigint, iova_ranges jsonb, mapping_limit bigint""");
    static final IntervalTable REGION = of("region_interval", "host text, epoch bigint, name text", """
            size bigint, huge_page_bytes bigint, vaddr bigint, allocated boolean""");
    static final IntervalTable EPISODE = of("episode_interval", "host text, epoch bigint, number bigint", """
            device text, kind text, affected text[], outcome text, refused_call text, refused_errno integer,
            operation uuid, call_nanos bigint, lasted_nanos bigint, began_position bigint, began_nanos bigint""");
    static final IntervalTable MAPPING = new IntervalTable(
            "mapping_interval",
            Row.Column.parse("host text, epoch bigint, number bigint"),
            Row.Column.parse("""
                    context bigint, iova_start bigint, iova_last bigint, access text, vaddr bigint, region text, path text,
                    backing_offset bigint, device_memory boolean, exporter text, bar integer, bar_offset bigint,
                    physical_base bigint, state text, cause text, source text, zombie boolean, episode text,
                    refused_call text, refused_errno integer, operation uuid, exposure_began_not_before bigint,
                    exposure_began_not_after bigint, exposure_ended_not_before bigint, exposure_ended_not_after bigint,
                    exposure_bound_position bigint"""),
            Row.Column.parse("exposure_began_not_after bigint, exposure_bound_position bigint"));

    private static final List<Row.Column> BEGIN = Row.Column.parse("begin_position bigint, begin_nanos bigint");
    private static final List<Row.Column> END = Row.Column.parse("end_position bigint, end_nanos bigint");

    private static IntervalTable of(String name, String key, String values) {
        return new IntervalTable(name, Row.Column.parse(key), Row.Column.parse(values), List.of());
    }

    /** Ends the intervals that are open. */
    void close(JdbcOperations jdbc, List<Row> ends) {
        Row.write(jdbc, given -> closing(), ended(), ends);
    }

    String closing() {
        return "UPDATE " + name + " AS open SET end_position = found.end_position, end_nanos = found.end_nanos"
                + Row.found(name, ended(), isOpen()) + " AND found.begun < found.end_position";
    }

    private List<Row.Column> ended() {
        return Stream.of(key, END).flatMap(List::stream).toList();
    }

    void amend(JdbcOperations jdbc, List<Row> better) {
        List<Row.Column> columns = Stream.of(key, amended).flatMap(List::stream).toList();
        Row.write(
                jdbc,
                given -> "UPDATE " + name + " AS open SET "
                        + amended.stream()
                                .map(column -> column.name() + " = "
                                        + (given.contains(column) ? "found." + column.name() : "NULL"))
                                .collect(Collectors.joining(", "))
                        + Row.found(name, given, isOpen()),
                columns,
                better);
    }

    /** An interval that is there already has come from the same fact. */
    void insert(JdbcOperations jdbc, List<Row> rows) {
        List<Row.Column> columns =
                Stream.of(key, BEGIN, END, values).flatMap(List::stream).toList();
        Row.insert(jdbc, name, Row.names(key) + ", begin_position", columns, rows);
    }

    private String isOpen() {
        return key.stream()
                        .map(column -> "open." + column.name() + " = given." + column.name())
                        .collect(Collectors.joining(" AND "))
                + " AND open.end_position IS NULL";
    }
}
