package io.iommuledger.cli.replay;

import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.Epoch;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.replay.Playhead;
import io.iommuledger.lifecycle.replay.Standing;
import io.iommuledger.lifecycle.replay.Taken;
import io.iommuledger.lifecycle.replay.Taken.MappingChange;
import io.iommuledger.lifecycle.replay.Watch;
import io.iommuledger.lifecycle.replay.World;
import io.iommuledger.protocol.EventTypes;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A frame with the members that REST gives its frames. */
final class FrameTree {
    /** So many mappings of a list are in it. */
    private static final int MOST = 1_000;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private FrameTree() {}

    static ObjectNode of(Playhead head) {
        World world = head.world();
        ObjectNode frame = NODES.objectNode().put("position", head.position());
        OptionalLong nanos = nanos(head);
        if (nanos.isPresent()) {
            frame.put("instant", Instants.text(nanos.getAsLong()));
        }
        head.last().ifPresent(taken -> {
            frame.set("event", event(taken));
            frame.set("changed", changes(taken.mappings()));
        });
        frame.set("zombies", zombies(world.zombies()));
        ArrayNode tainted = frame.putArray("taintedHosts");
        world.hosts().stream().filter(host -> tainted(world, host)).forEach(host -> tainted.add(host.value()));
        return frame.put("hash", world.hash());
    }

    /** Of its record; where a replay begins the newest of any host. */
    static OptionalLong nanos(Playhead head) {
        World world = head.world();
        Optional<Taken> last = head.last();
        return last.isPresent()
                ? OptionalLong.of(last.get().nanos())
                : world.hosts().stream()
                        .flatMap(host -> Optional.ofNullable(world.state(host)).stream())
                        .mapToLong(HostState::effectiveNanos)
                        .max();
    }

    private static boolean tainted(World world, HostId host) {
        return Optional.ofNullable(world.state(host))
                .flatMap(HostState::epoch)
                .filter(Epoch::tainted)
                .isPresent();
    }

    private static ObjectNode event(Taken taken) {
        ObjectNode event =
                NODES.objectNode().put("stream", taken.logged().stream().toString());
        Optional<RecordedFact> fact = taken.logged().fact();
        if (fact.isPresent()) {
            event.put("sequence", fact.get().stamp().sequence());
            event.put("type", EventTypes.of(fact.get().fact()));
            event.put("wall", Instants.text(fact.get().stamp().wallNanos()));
            fact.get().stamp().operation().ifPresent(operation -> event.put("operation", operation.toString()));
        }
        return event.put("ofEpisode", taken.ofEpisode());
    }

    private static ObjectNode changes(List<MappingChange> changes) {
        long began = changes.stream().filter(MappingChange::began).count();
        long ended = changes.stream().filter(MappingChange::ended).count();
        long both = changes.stream()
                .filter(change -> change.began() && change.ended())
                .count();
        ObjectNode tree = NODES.objectNode()
                .put("began", began)
                .put("changed", changes.size() - began - ended + both)
                .put("ended", ended)
                .put("truncated", changes.size() > MOST);
        ArrayNode mappings = tree.putArray("mappings");
        changes.stream().limit(MOST).forEach(change -> {
            ObjectNode one = mappings.addObject();
            place(one, change.after().mapping());
            change.before().ifPresent(before -> one.set("before", side(before)));
            one.set("after", side(change.after()));
        });
        return tree;
    }

    private static ObjectNode zombies(List<Standing> zombies) {
        ObjectNode tree = NODES.objectNode()
                .put("count", zombies.size())
                .put(
                        "exposing",
                        zombies.stream()
                                .filter(one -> one.mapping().state().exposes())
                                .count())
                .put("truncated", zombies.size() > MOST);
        ArrayNode mappings = tree.putArray("mappings");
        zombies.stream().limit(MOST).forEach(zombie -> {
            ObjectNode one = mappings.addObject();
            one.put("mapping", zombie.mapping().id().toString());
            one.put("state", zombie.mapping().state().name());
            one.put("exposes", zombie.mapping().state().exposes());
            exporter(one, zombie.mapping());
            one.set("since", since(zombie));
        });
        return tree;
    }

    private static void place(ObjectNode one, Mapping mapping) {
        one.put("mapping", mapping.id().toString());
        one.put("context", mapping.context().toString());
        one.put("iova", address(mapping.start()));
        one.put("last", address(mapping.last()));
        exporter(one, mapping);
    }

    private static void exporter(ObjectNode one, Mapping mapping) {
        if (mapping.backing() instanceof Backing.BarRange bar) {
            one.put("exporter", bar.exporter().toString());
        }
    }

    private static ObjectNode side(Standing standing) {
        Mapping mapping = standing.mapping();
        ObjectNode side = NODES.objectNode()
                .put("state", mapping.state().name())
                .put("cause", mapping.cause().name())
                .put("source", mapping.source().name())
                .put("access", mapping.access().text());
        side.set("since", since(standing));
        return side;
    }

    private static ObjectNode since(Standing standing) {
        return moment(standing.sincePosition(), standing.sinceNanos());
    }

    /** Where playing stopped by itself. */
    static ObjectNode met(Watch.Met met) {
        ObjectNode tree = NODES.objectNode();
        ObjectNode inside = tree.putObject("met");
        ArrayNode mappings = inside.putArray("mappings");
        met.mappings().forEach(mapping -> mappings.add(mapping.toString()));
        inside.set("at", moment(met.position(), met.nanos()));
        return tree;
    }

    private static ObjectNode moment(long position, long nanos) {
        return NODES.objectNode().put("position", position).put("instant", Instants.text(nanos));
    }

    private static String address(long address) {
        return "0x" + HexFormat.of().toHexDigits(address);
    }
}
