package io.iommuledger.query;

import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Exposure;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What books and what an answer say of the same thing, each in the same words. */
final class InWords {

    private InWords() {}

    static String exposures(Map<Long, Exposure> of) {
        Collection<Exposure> all = of.values();
        boolean bound = all.stream().allMatch(one -> one.atMost().isPresent());
        return "%d %s %d %s"
                .formatted(
                        all.size(),
                        all.stream().allMatch(Exposure::ended),
                        all.stream().mapToLong(Exposure::atLeast).sum(),
                        bound
                                ? all.stream()
                                        .mapToLong(one -> one.atMost().orElseThrow())
                                        .sum()
                                : "");
    }

    static String exposures(JsonNode of) {
        return of.path("count") + " " + of.path("ended") + " " + of.path("atLeastNanos") + " "
                + of.path("atMostNanos").asString("");
    }

    static List<String> edges(HostState books) {
        Map<String, Integer> edges = new TreeMap<>();
        for (Mapping mapping : books.mappings()) {
            if (mapping.backing() instanceof Backing.BarRange bar && mapping.state() != MappingState.REQUESTED) {
                importers(books, mapping)
                        .forEach(importer -> edges.merge(
                                importer + " " + bar.exporter() + " " + mapping.context(), 1, Integer::sum));
            }
        }
        return edges.entrySet().stream()
                .map(edge -> edge.getKey() + " " + edge.getValue())
                .toList();
    }

    static List<String> importers(HostState books, Mapping mapping) {
        Optional<Context> context = books.context(mapping.context());
        return books.devices().stream()
                .filter(device -> context.filter(open -> open.groups().contains(device.group()))
                        .isPresent())
                .filter(device -> !(mapping.backing() instanceof Backing.BarRange bar
                        && bar.exporter().equals(device.address())))
                .map(device -> device.address().toString())
                .toList();
    }

    static String zombie(HostState books, Mapping mapping) {
        String exposure = mapping.exposure()
                .map(known -> known.ended() + " " + known.atLeast() + " "
                        + (known.atMost().isPresent() ? known.atMost().getAsLong() : ""))
                .orElse("");
        return mapping(mapping) + " " + importers(books, mapping) + " " + exposure;
    }

    static String zombie(JsonNode mapping) {
        JsonNode exposure = mapping.path("exposure");
        String shown = exposure.isMissingNode()
                ? ""
                : exposure.path("ended") + " " + exposure.path("atLeastNanos") + " "
                        + exposure.path("atMostNanos").asString("");
        return mapping(mapping) + " "
                + mapping.path("importers")
                        .valueStream()
                        .map(JsonNode::asString)
                        .toList() + " " + shown;
    }

    static String mapping(Mapping mapping) {
        return "%s %s %s %s %s %s %s %s %s"
                .formatted(
                        mapping.id(),
                        mapping.context(),
                        IovaRange.hex(mapping.iova().start()),
                        IovaRange.hex(mapping.iova().last()),
                        mapping.access().text(),
                        mapping.state(),
                        mapping.cause(),
                        mapping.source(),
                        mapping.zombie());
    }

    static String mapping(JsonNode mapping) {
        return List.of("id", "context", "iova", "last", "access", "state", "cause", "source", "zombie").stream()
                .map(member -> mapping.path(member).asString())
                .collect(Collectors.joining(" "));
    }

    static String device(Device device) {
        return "%s %s %s %s"
                .formatted(
                        device.address(),
                        device.context().map(ContextId::toString).orElse(""),
                        device.decoding().map(Enum::name).orElse(""),
                        device.power());
    }

    static String device(JsonNode device) {
        return device.path("address").asString() + " " + device.path("context").asString("") + " "
                + device.path("memoryDecoding").asString("") + " "
                + device.path("power").asString();
    }

    static String context(HostState books, Context context) {
        long mappings = books.mappings().stream()
                .filter(mapping -> mapping.context().equals(context.id()))
                .count();
        return context.id() + context.groups().toString().replace(" ", "") + " " + mappings;
    }
}
