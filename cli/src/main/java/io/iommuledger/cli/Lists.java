package io.iommuledger.cli;

import io.iommuledger.cli.table.Column;
import io.iommuledger.cli.table.Form;
import java.util.List;

/** The columns of each list, in their order. */
final class Lists {
    static final List<Column> ZOMBIES = List.of(
            column("STATE", 0, "", Form.STATE),
            column("MAPPING", 0, "id", Form.TEXT),
            column("IOVA", 0, "iova", Form.TEXT),
            column("SIZE", 3, "size", Form.BYTES),
            column("EXPORTER", 1, "exporter", Form.TEXT),
            column("IMPORTERS", 2, "importers", Form.LIST),
            column("AGE", 1, "", Form.ZOMBIE),
            column("EXPOSURE", 4, "", Form.EXPOSURE),
            column("CAUSE", 5, "cause", Form.TEXT),
            column("ACCESS", 8, "access", Form.TEXT),
            column("CONTEXT", 8, "context", Form.TEXT),
            column("BACKING", 7, "backing", Form.BACKING),
            column("EPISODE", 7, "episode", Form.TEXT),
            column("SINCE", 9, "since", Form.TEXT),
            column("UNTIL", 9, "until.instant", Form.TEXT),
            column("PRINCIPAL", 10, "principal", Form.TEXT),
            column("OPERATION", 11, "operation", Form.TEXT));

    static final List<Column> MAPPINGS = List.of(
            column("MAPPING", 0, "id", Form.TEXT),
            column("STATE", 0, "", Form.STATE),
            column("IOVA", 0, "iova", Form.TEXT),
            column("SIZE", 1, "size", Form.BYTES),
            column("ACCESS", 2, "access", Form.TEXT),
            column("BACKING", 1, "backing", Form.BACKING),
            column("AGE", 3, "since", Form.AGE),
            column("CONTEXT", 4, "context", Form.TEXT),
            column("IMPORTERS", 5, "importers", Form.LIST),
            column("CAUSE", 6, "cause", Form.TEXT),
            column("ERRNO", 7, "refusal.errno", Form.TEXT),
            column("EXPOSURE", 8, "", Form.EXPOSURE),
            column("EPISODE", 8, "episode", Form.TEXT),
            column("SINCE", 9, "since", Form.TEXT),
            column("UNTIL", 9, "until.instant", Form.TEXT),
            column("PRINCIPAL", 10, "principal", Form.TEXT),
            column("OPERATION", 11, "operation", Form.TEXT));

    static final List<Column> HOSTS = List.of(
            column("HOST", 0, "id", Form.TEXT),
            column("EPOCH", 1, "epoch", Form.NUMBER),
            column("AGENT", 1, "epochState", Form.TEXT),
            column("TAINTED", 0, "tainted", Form.YES_OR_NO),
            column("ZOMBIES", 0, "counts.zombies", Form.NUMBER),
            column("MAY EXPOSE", 2, "counts.exposureUnknown", Form.NUMBER),
            column("MAPPINGS", 2, "counts.mappings", Form.NUMBER),
            column("CONTEXTS", 3, "counts.contexts", Form.NUMBER),
            column("DEVICES", 3, "counts.devices", Form.NUMBER),
            column("HEARD", 1, "heardUpTo.wall", Form.AGE),
            column("ON-RELEASE", 4, "policies.onRelease", Form.TEXT),
            column("ON-RESET", 4, "policies.onReset", Form.TEXT),
            column("MMIO", 4, "policies.mmio", Form.TEXT),
            column("SEALED", 5, "sealed", Form.YES_OR_NO),
            column("LOCKED", 5, "lockedMemory.bytes", Form.BYTES),
            column("LOCK LIMIT", 6, "lockedMemory.limitBytes", Form.BYTES),
            column("KERNEL", 6, "kernelRelease", Form.TEXT),
            column("VERSION", 7, "agentVersion", Form.TEXT),
            column("SINCE", 8, "since", Form.TEXT),
            column("MACHINE", 9, "machineId", Form.TEXT),
            column("BOOT", 10, "bootId", Form.TEXT));

    static final List<Column> DEVICES = List.of(
            column("DEVICE", 0, "address", Form.TEXT),
            column("GROUP", 1, "group", Form.NUMBER),
            column("HELD", 0, "held", Form.YES_OR_NO),
            column("CONTEXT", 0, "context", Form.TEXT),
            column("MEMORY", 1, "memoryDecoding", Form.TEXT),
            column("POWER", 2, "power", Form.TEXT),
            column("EPISODES", 1, "episodes", Form.LIST),
            column("DRIVER", 3, "driver", Form.TEXT),
            column("VENDOR", 4, "vendor", Form.TEXT),
            column("PRODUCT", 4, "product", Form.TEXT),
            column("CLASS", 5, "classCode", Form.TEXT),
            column("BARS", 5, "bars", Form.COUNT),
            column("RESETS BY", 6, "resetMethods", Form.LIST));

    static final List<Column> CONTEXTS = List.of(
            column("CONTEXT", 0, "id", Form.TEXT),
            column("KIND", 3, "kind", Form.TEXT),
            column("STATE", 0, "state", Form.TEXT),
            column("GROUPS", 2, "groups", Form.LIST),
            column("DEVICES", 1, "devices", Form.LIST),
            column("MAPPINGS", 0, "mappings", Form.NUMBER),
            column("ENTRIES", 2, "entries.used", Form.NUMBER),
            column("RESERVED", 4, "entries.reserved", Form.NUMBER),
            column("AVAILABLE", 2, "entries.available", Form.NUMBER),
            column("LIMIT", 4, "entries.limit", Form.NUMBER),
            column("LOCKED", 3, "lockedBytes", Form.BYTES));

    static final List<Column> REGIONS = List.of(
            column("REGION", 0, "name", Form.TEXT),
            column("SIZE", 0, "size", Form.BYTES),
            column("HUGE PAGES", 1, "hugePageBytes", Form.BYTES),
            column("MAPPINGS", 0, "mappings", Form.NUMBER),
            column("VADDR", 2, "vaddr", Form.TEXT));

    static final List<Column> POLICIES = List.of(
            column("ON-RELEASE", 0, "onRelease", Form.TEXT),
            column("ON-RESET", 0, "onReset", Form.TEXT),
            column("MMIO", 0, "mmio", Form.TEXT),
            column("SEALED", 0, "sealed", Form.YES_OR_NO));

    static final List<Column> RESETS = List.of(
            column("EPISODE", 0, "id", Form.TEXT),
            column("DEVICE", 0, "device", Form.TEXT),
            column("KIND", 0, "kind", Form.TEXT),
            column("OUTCOME", 0, "outcome", Form.TEXT),
            column("ERRNO", 4, "refusal.errno", Form.TEXT),
            column("AGE", 1, "began.instant", Form.AGE),
            column("LASTED", 1, "durationNanos", Form.LASTING),
            column("MAPPINGS", 2, "mappings", Form.COUNT),
            column("WITHDRAWN", 3, "withdrawn.count", Form.NUMBER),
            column("WAITING", 3, "withdrawn.waiting", Form.NUMBER),
            column("LOST", 3, "withdrawn.lost", Form.NUMBER),
            column("AFFECTED", 5, "affected", Form.LIST),
            column("BEGAN", 6, "began.instant", Form.TEXT),
            column("POSITION", 6, "began.position", Form.NUMBER),
            column("OPERATION", 7, "operation", Form.TEXT));

    static final List<Column> FATES = List.of(
            column("MAPPING", 0, "mapping", Form.TEXT),
            column("BEFORE", 0, "before", Form.TEXT),
            column("DURING", 0, "during", Form.TEXT),
            column("CAUSE", 1, "duringCause", Form.TEXT),
            column("NOW", 0, "now", Form.TEXT),
            column("CHANGED", 1, "changed", Form.TEXT),
            column("CAUSE", 2, "nowCause", Form.TEXT),
            column("SINCE", 3, "nowSince.instant", Form.TEXT));

    static final List<Column> DIFF = List.of(
            column("CHANGE", 0, "kind", Form.TEXT),
            column("MAPPING", 0, "mapping", Form.TEXT),
            column("IOVA", 0, "iova", Form.TEXT),
            column("BEFORE", 0, "before", Form.STATE),
            column("AFTER", 0, "after", Form.STATE),
            column("ZOMBIE", 1, "", Form.TURN),
            column("CAUSE", 2, "after.cause", Form.TEXT),
            column("EXPORTER", 3, "exporter", Form.TEXT),
            column("SINCE", 4, "after.since.instant", Form.TEXT),
            column("LAST", 7, "last", Form.TEXT),
            column("ACCESS", 5, "after.access", Form.TEXT),
            column("CONTEXT", 6, "context", Form.TEXT),
            column("PRINCIPAL", 8, "principal", Form.TEXT));

    static final List<Column> LIFE = List.of(
            column("POSITION", 0, "from.position", Form.NUMBER),
            column("STATE", 0, "", Form.STATE),
            column("CAUSE", 0, "cause", Form.TEXT),
            column("LASTED", 0, "durationNanos", Form.LASTING),
            column("FROM", 1, "from.instant", Form.TEXT),
            column("EXPOSURE", 2, "", Form.EXPOSURE),
            column("ERRNO", 3, "refusal.errno", Form.TEXT),
            column("ACCESS", 4, "access", Form.TEXT),
            column("EPISODE", 5, "episode", Form.TEXT),
            column("PRINCIPAL", 6, "principal", Form.TEXT),
            column("OPERATION", 7, "operation", Form.TEXT));

    static final List<Column> RANGE_HISTORY = List.of(
            column("POSITION", 0, "from.position", Form.NUMBER),
            column("MAPPING", 0, "mapping", Form.TEXT),
            column("STATE", 0, "", Form.STATE),
            column("IOVA", 0, "iova", Form.TEXT),
            column("LAST", 3, "last", Form.TEXT),
            column("CAUSE", 1, "cause", Form.TEXT),
            column("LASTED", 1, "durationNanos", Form.LASTING),
            column("FROM", 2, "from.instant", Form.TEXT),
            column("ACCESS", 4, "access", Form.TEXT),
            column("EXPOSURE", 4, "", Form.EXPOSURE),
            column("EPISODE", 5, "episode", Form.TEXT),
            column("PRINCIPAL", 6, "principal", Form.TEXT),
            column("OPERATION", 7, "operation", Form.TEXT));

    static final List<Column> DEVICE_HISTORY = List.of(
            column("POSITION", 0, "from.position", Form.NUMBER),
            column("HELD", 0, "device.held", Form.YES_OR_NO),
            column("CONTEXT", 0, "device.context", Form.TEXT),
            column("MEMORY", 0, "device.memoryDecoding", Form.TEXT),
            column("POWER", 0, "device.power", Form.TEXT),
            column("EPISODES", 1, "device.episodes", Form.LIST),
            column("FROM", 1, "from.instant", Form.TEXT),
            column("EPOCH", 2, "epoch", Form.NUMBER),
            column("DRIVER", 3, "device.driver", Form.TEXT),
            column("TO", 4, "to.instant", Form.TEXT));

    static final List<Column> EVENTS = List.of(
            column("POSITION", 0, "position", Form.NUMBER),
            column("TYPE", 0, "type", Form.TYPE),
            column("AT", 3, "wall|storedAt", Form.TEXT),
            column("STREAM", 2, "stream", Form.TEXT),
            column("SEQUENCE", 4, "sequence", Form.NUMBER),
            column("SIGNED", 5, "signed", Form.YES_OR_NO),
            column("OPERATION", 6, "operation", Form.TEXT),
            column("FACT", 1, "fact", Form.FIELDS));

    static final List<Column> ALARMS = List.of(
            column("ALARM", 0, "id", Form.TEXT),
            column("KIND", 0, "kind", Form.TEXT),
            column("OPEN", 4, "open", Form.YES_OR_NO),
            column("TIMES", 3, "times", Form.NUMBER),
            column("SINCE", 2, "since", Form.AGE),
            column("LAST", 3, "lastSeen", Form.AGE),
            column("WHAT", 1, "text", Form.WORDS),
            column("WHAT TO DO", 1, "whatToDo", Form.WORDS),
            column("SUBJECT", 5, "subject", Form.TEXT),
            column("ENDED", 6, "ended.why", Form.WORDS),
            column("BY", 7, "ended.by", Form.TEXT));

    static final List<Column> FAULTS = List.of(
            column("POSITION", 0, "position", Form.NUMBER),
            column("DEVICE", 0, "device", Form.TEXT),
            column("ACCESS", 0, "access", Form.TEXT),
            column("IOVA", 0, "iova", Form.TEXT),
            column("AGE", 2, "instant", Form.AGE),
            column("MAPPING", 1, "mapping", Form.TEXT),
            column("STANDING", 3, "standing", Form.YES_OR_NO),
            column("STATE", 3, "mappingState", Form.TEXT),
            column("CONTEXT", 6, "context", Form.TEXT),
            column("REASON", 4, "reason", Form.WORDS),
            column("EXPLANATION", 5, "explanation", Form.WORDS),
            column("AT", 7, "instant", Form.TEXT));

    static final List<Column> FINDINGS =
            List.of(column("POSITION", 0, "position", Form.NUMBER), column("WHAT", 0, "text", Form.WORDS));

    static final List<Column> P2P = List.of(
            column("EXPORTER", 0, "exporter", Form.TEXT),
            column("IMPORTER", 0, "importer", Form.TEXT),
            column("CONTEXT", 1, "context", Form.TEXT),
            column("MAPPINGS", 1, "mappings", Form.NUMBER),
            column("LIVE", 0, "live", Form.NUMBER),
            column("EXPOSING", 0, "exposing", Form.NUMBER),
            column("REVOKED", 0, "revoked", Form.NUMBER),
            column("UNKNOWN", 1, "unknown", Form.NUMBER),
            column("SIZE", 2, "bytes", Form.BYTES));

    static final List<Column> REBUILDS = List.of(
            column("ASKED", 0, "askedAt", Form.TEXT),
            column("STATE", 0, "state", Form.TEXT),
            column("REASON", 1, "reason", Form.TEXT),
            column("FOLD", 1, "fold", Form.NUMBER),
            column("POSITION", 0, "position", Form.NUMBER),
            column("OF", 0, "goal", Form.NUMBER),
            column("A SECOND", 2, "perSecond", Form.NUMBER),
            column("SECONDS LEFT", 2, "secondsLeft", Form.NUMBER),
            column("ENDED", 3, "endedAt", Form.TEXT),
            column("ID", 4, "id", Form.TEXT));

    static final List<Column> DEAD_LETTERS = List.of(
            column("ID", 0, "id", Form.TEXT),
            column("POSITION", 0, "position", Form.NUMBER),
            column("EVENTS", 0, "events", Form.NUMBER),
            column("TYPE", 1, "type", Form.TEXT),
            column("TRIES", 2, "tries", Form.NUMBER),
            column("PARKED", 3, "parkedAt", Form.TEXT),
            column("REASON", 0, "reason", Form.WORDS));

    static final List<Column> OPERATIONS = List.of(
            column("OPERATION", 0, "operation", Form.TEXT),
            column("INSTRUCTION", 0, "instruction", Form.TEXT),
            column("OUTCOME", 0, "outcome", Form.TEXT),
            column("AGE", 1, "requested.instant", Form.AGE),
            column("HOST", 1, "host", Form.TEXT),
            column("ERRNO", 2, "refusal.errno", Form.TEXT),
            column("REASON", 3, "reason", Form.WORDS),
            column("PRINCIPAL", 4, "principal", Form.TEXT),
            column("POSITION", 5, "position", Form.NUMBER),
            column("REQUESTED", 6, "requested.instant", Form.TEXT),
            column("ENDED", 7, "ended.instant", Form.TEXT),
            column("EPOCH", 8, "epoch", Form.NUMBER));

    static final List<Column> PHYSICAL = List.of(
            column("PHYSICAL", 0, "physical", Form.TEXT),
            column("LAST", 2, "physicalLast", Form.TEXT),
            column("MAPPING", 0, "mapping.id", Form.TEXT),
            column("STATE", 0, "mapping", Form.STATE),
            column("IOVA", 0, "iova", Form.TEXT),
            column("ACCESS", 1, "mapping.access", Form.TEXT),
            column("DEVICES", 1, "mapping.importers", Form.LIST),
            column("KNOWN BY", 3, "knownBy", Form.TEXT),
            column("FOUND", 4, "found.instant", Form.TEXT),
            column("PRINCIPAL", 5, "mapping.principal", Form.TEXT),
            column("CONTEXT", 6, "mapping.context", Form.TEXT),
            column("BACKING", 6, "mapping.backing", Form.BACKING),
            column("OPERATION", 7, "mapping.operation", Form.TEXT));

    static final List<Column> SHEET =
            List.of(column("FIELD", 0, "field", Form.TEXT), column("VALUE", 0, "value", Form.VALUE));

    private Lists() {}

    private static Column column(String title, int rank, String members, Form form) {
        return new Column(title, rank, members, form);
    }
}
