package io.iommuledger.query.projection;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    private static final List<Row.Column> LIFE =
            Row.Column.parse("begin_position bigint, begin_nanos bigint, end_position bigint, end_nanos bigint");

    private static IntervalTable of(String name, String key, String values) {
        return new IntervalTable(name, Row.Column.parse(key), Row.Column.parse(values), List.of());
    }

    /** Ends the interval that is open. */
    String close() {
        return "UPDATE " + name + " SET end_position = :position, end_nanos = :nanos WHERE " + isOpen()
                + " AND begin_position < :position";
    }

    String amend() {
        return "UPDATE " + name + " SET " + equal(amended, ", ") + " WHERE " + isOpen();
    }

    /** What {@link #insert} takes, as arrays; an array that is a value goes as a text. */
    List<Row.Column> columns() {
        return all().map(column -> isArray(column) ? new Row.Column(column.name(), "text") : column)
                .toList();
    }

    /**
     * An interval that is there already has come from the same fact. As arrays, one a column: rows differ in which of
     * their columns are null, and a statement of many rows would be parsed anew for each pattern of them.
     */
    String insert() {
        String names = all().map(Row.Column::name).collect(Collectors.joining(", "));
        String given = all().map(column -> isArray(column) ? column.name() + "::" + column.type() : column.name())
                .collect(Collectors.joining(", "));
        return "INSERT INTO " + name + " (" + names + ") SELECT " + given + " FROM unnest(" + Row.arrays(columns())
                + ") AS given (" + names + ") ON CONFLICT ("
                + key.stream().map(Row.Column::name).collect(Collectors.joining(", "))
                + ", begin_position) DO NOTHING";
    }

    private Stream<Row.Column> all() {
        return Stream.of(key, LIFE, values).flatMap(List::stream);
    }

    private static boolean isArray(Row.Column column) {
        return column.type().endsWith("[]");
    }

    private String isOpen() {
        return equal(key, " AND ") + " AND end_position IS NULL";
    }

    private static String equal(List<Row.Column> columns, String between) {
        return columns.stream()
                .map(column -> column.name() + " = :" + column.name())
                .collect(Collectors.joining(between));
    }
}
