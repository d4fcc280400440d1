package io.iommuledger.command.mapping;

import io.iommuledger.command.Parameters;
import io.iommuledger.command.operation.Operations;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.MapRange;
import io.iommuledger.web.AtOnce;
import io.iommuledger.web.Body;
import io.iommuledger.web.Problem;
import io.iommuledger.web.access.Unrecorded;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Mapping and unmapping. */
@RestController
@Unrecorded("each is an operation, which says who asked for it")
class MappingController {
    /** What a request of one range says of it. */
    private static final List<String> SINGLE = List.of("iova", "size", "access", "backing");

    private final Operations operations;

    /** Each takes many times its bytes of memory, until it is answered. */
    private final AtOnce longLists = new AtOnce(1, "long list of ranges is being mapped");

    MappingController(Operations operations) {
        this.operations = operations;
    }

    /** One range, or a list of them that is carried out whole or not at all. */
    @PostMapping("/api/v1/hosts/{host}/contexts/{context}/mappings")
    CompletableFuture<ResponseEntity<Map<String, Object>>> map(
            @PathVariable String host, @PathVariable String context, HttpServletRequest request) {
        ContextId id = Parameters.context(context);
        if (!Body.mayBeLong(request)) {
            return map(host, id, request);
        }
        AtOnce.Permit permit = longLists.permit();
        try {
            return map(host, id, request).whenComplete((answer, failure) -> permit.close());
        } catch (RuntimeException refused) {
            permit.close();
            throw refused;
        }
    }

    private CompletableFuture<ResponseEntity<Map<String, Object>>> map(
            String host, ContextId id, HttpServletRequest request) {
        Body body = Body.readAtMost(Body.MANY_BYTES, request, "iova", "size", "access", "backing", "ranges", "merge");
        Optional<List<Body>> list =
                body.optionalObjects("ranges", Instruction.Map.MOST_RANGES, "iova", "size", "access", "backing");
        List<MapRange> ranges =
                list.orElseGet(() -> List.of(body)).stream().map(MapBody::range).toList();
        for (String single : list.isPresent() ? SINGLE : List.<String>of()) {
            if (body.has(single)) {
                throw body.bad(single, "none beside ranges, each of which has its own");
            }
        }
        boolean merge = body.flag("merge", false);
        return operations.request(host, request, HttpStatus.CREATED, view -> {
            MapBody.checkBars(view, ranges, list.isPresent());
            return new Instruction.Map(view.context(id).id(), ranges, merge);
        });
    }

    /** Another access: unmapped and mapped again, for the kernel has no other way. */
    @PatchMapping("/api/v1/mappings/{mapping}")
    CompletableFuture<ResponseEntity<Map<String, Object>>> change(
            @PathVariable String mapping, HttpServletRequest request) {
        MappingId id = Parameters.mapping(mapping);
        Body body = Body.read(request, "access");
        Optional<DmaAccess> access = MapBody.accessOrNone(body);
        return operations.request(
                id.host().toString(), request, HttpStatus.OK, view -> new Instruction.ChangeAccess(id, access));
    }

    /** Tries again to install a mapping whose restoration the kernel refused. */
    @PostMapping("/api/v1/mappings/{mapping}/restore")
    CompletableFuture<ResponseEntity<Map<String, Object>>> restore(
            @PathVariable String mapping, HttpServletRequest request) {
        MappingId id = Parameters.mapping(mapping);
        Body.none(request);
        return operations.request(id.host().toString(), request, HttpStatus.OK, view -> new Instruction.Restore(id));
    }

    /** Either {@code iova} and {@code size}, or {@code all=true}. */
    @DeleteMapping("/api/v1/hosts/{host}/contexts/{context}/mappings")
    CompletableFuture<ResponseEntity<Map<String, Object>>> unmap(
            @PathVariable String host,
            @PathVariable String context,
            @RequestParam Optional<String> iova,
            @RequestParam Optional<String> size,
            @RequestParam Optional<String> all,
            HttpServletRequest request) {
        ContextId id = Parameters.context(context);
        Body.none(request);
        IovaRange range;
        if (all.isPresent()) {
            if (!all.get().equals("true")) {
                throw Problem.badField("all", all.get(), "true, or iova and size instead");
            }
            alone("iova", iova);
            alone("size", size);
            range = IovaRange.ALL;
        } else {
            range = Parameters.range(number("iova", iova), number("size", size));
        }
        return operations.request(
                host,
                request,
                HttpStatus.OK,
                view -> new Instruction.Unmap(view.context(id).id(), range));
    }

    private static void alone(String field, Optional<String> text) {
        if (text.isPresent()) {
            throw Problem.badField(field, text.get(), "nothing beside all=true; give all=true, or iova and size");
        }
    }

    private static long number(String field, Optional<String> text) {
        return Body.parseU64(field, text.orElseThrow(() -> Problem.missing(field, "a value, " + field + "=…")));
    }
}
