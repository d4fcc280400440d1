package io.iommuledger.command.mapping;

import io.iommuledger.command.Parameters;
import io.iommuledger.command.host.HostView;
import io.iommuledger.command.operation.Operations;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.Bar;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.web.Body;
import io.iommuledger.web.Hex;
import io.iommuledger.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Mapping and unmapping. */
@RestController
class MappingController {
    private static final long HUGE_2M = 2L << 20;
    private static final long HUGE_1G = 1L << 30;

    private final Operations operations;

    MappingController(Operations operations) {
        this.operations = operations;
    }

    @PostMapping("/api/v1/hosts/{host}/contexts/{context}/mappings")
    CompletableFuture<ResponseEntity<Map<String, Object>>> map(
            @PathVariable String host, @PathVariable String context, HttpServletRequest request) {
        ContextId id = Parameters.context(context);
        Body body = Body.read(request, "iova", "size", "access", "backing");
        IovaRange iova = Parameters.range(body.u64("iova"), body.u64("size"));
        DmaAccess access = access(body);
        BackingRequest backing = backing(body.object("backing", "memory", "bar"));
        return operations.request(host, request, HttpStatus.CREATED, view -> {
            if (backing instanceof BackingRequest.OfBar bar) {
                checkBar(view, bar, iova.size());
            }
            return new Instruction.Map(view.context(id).id(), iova, access, backing);
        });
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
        IovaRange range;
        if (all.isPresent()) {
            if (!all.get().equals("true") || iova.isPresent() || size.isPresent()) {
                throw Problem.badField("all", all.get(), "true, and then neither iova nor size");
            }
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

    private static long number(String field, Optional<String> text) {
        return Body.parseU64(
                field, text.orElseThrow(() -> Problem.badField(field, "", "a value; the parameter is missing")));
    }

    private static DmaAccess access(Body body) {
        try {
            return DmaAccess.parse(body.text("access"));
        } catch (IllegalArgumentException e) {
            throw body.bad("access", "r, w or rw, as the device sees it");
        }
    }

    private static BackingRequest backing(Body body) {
        Optional<Body> memory = body.optionalObject("memory", "hugePageBytes");
        Optional<Body> bar = body.optionalObject("bar", "device", "index", "offset");
        if (memory.isPresent() == bar.isPresent()) {
            throw Problem.badField(
                    "backing",
                    memory.isPresent() ? "both memory and bar" : "{}",
                    "either {\"memory\":{}} or {\"bar\":{…}}");
        }
        return memory.map(MappingController::memory).orElseGet(() -> bar(bar.orElseThrow()));
    }

    private static BackingRequest memory(Body body) {
        long huge = body.u64("hugePageBytes", 0);
        if (huge != 0 && huge != HUGE_2M && huge != HUGE_1G) {
            throw body.bad("hugePageBytes", "2097152 (2 MiB) or 1073741824 (1 GiB), or none for ordinary pages");
        }
        return new BackingRequest.NewMemory(huge);
    }

    private static BackingRequest bar(Body body) {
        PciAddress device = Parameters.device("backing.bar.device", body.text("device"));
        long index = body.u64("index");
        if (Long.compareUnsigned(index, 5) > 0) {
            throw body.bad("index", "a BAR, 0 to 5");
        }
        return new BackingRequest.OfBar(device, (int) index, body.u64("offset", 0));
    }

    private static void checkBar(HostView view, BackingRequest.OfBar wanted, long size) {
        Bar bar = view.device(wanted.device())
                .bar(wanted.index())
                .orElseThrow(() -> Problem.badField(
                        "backing.bar.index",
                        String.valueOf(wanted.index()),
                        "a memory BAR that " + wanted.device() + " has"));
        if (Long.compareUnsigned(wanted.offset(), bar.size()) >= 0
                || Long.compareUnsigned(size, bar.size() - wanted.offset()) > 0) {
            throw Problem.badField(
                    "backing.bar.offset",
                    Hex.address(wanted.offset()),
                    "an offset with which " + Long.toUnsignedString(size) + " bytes lie inside BAR " + wanted.index()
                            + " of " + Long.toUnsignedString(bar.size()) + " bytes");
        }
    }
}
