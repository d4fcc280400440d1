package io.iommuledger.command.operation;

import io.iommuledger.command.host.HostView;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.Circumstances;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.operation.Refusal;
import io.iommuledger.lifecycle.reset.EpisodeId;
import io.iommuledger.web.Problem;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/** How the end of an operation looks over HTTP: an answer if it succeeded, a problem with the same members if not. */
final class OperationAnswer {

    private OperationAnswer() {}

    /** @throws Problem if it was refused or its outcome is unknown */
    static ResponseEntity<Map<String, Object>> of(
            HostView view, OperationRequested request, OperationEnded end, HttpStatus success) {
        return of(view.tainted(), explanation(view, request, end), request.target(), end, success);
    }

    /**
     * As it is answered to a request that came again, when its agent may be gone.
     *
     * @param explanation of what stands in the way, or is not told of, if it is known
     */
    static ResponseEntity<Map<String, Object>> of(
            boolean tainted, Map<String, Object> explanation, StreamId target, OperationEnded end, HttpStatus success) {
        Map<String, Object> members = members(target, end);
        members.put("tainted", tainted);
        members.putAll(explanation);
        if (end.outcome() == Outcome.SUCCEEDED) {
            return ResponseEntity.status(success).body(members);
        }
        Problem problem = end.refusal()
                .map(OperationAnswer::problem)
                .orElseGet(() -> Problem.unavailable(
                        "outcome-unknown",
                        "whether the kernel did it is not known: " + end.detail()
                                + "; look at what stands before asking again"));
        members.forEach(problem::with);
        throw problem;
    }

    /**
     * What stands in the way of a mapping that the kernel refused, and what a reset may touch that no answer about its
     * devices counts, as it stands now.
     */
    static Map<String, Object> explanation(HostView view, OperationRequested request, OperationEnded end) {
        Map<String, Object> members = new LinkedHashMap<>();
        if (request.instruction() instanceof Instruction.Map map
                && end.refusal().orElse(null)
                        instanceof Refusal.ByKernel(KernelEvidence evidence, Circumstances circumstances)) {
            MapRefusal.explain(map, evidence, circumstances, view, members);
        }
        if (end.figures().plan().isPresent() || end.figures().episode().isPresent()) {
            noteOfUnknownDevices(view).ifPresent(note -> members.put("note", note));
        }
        return members;
    }

    private static Optional<String> noteOfUnknownDevices(HostView view) {
        long count = view.mappings().stream()
                .filter(mapping -> mapping.state().inKernel())
                .filter(mapping -> mapping.backing() instanceof Backing.FileRange file && file.deviceMemory())
                .count();
        return count == 0
                ? Optional.empty()
                : Optional.of((count == 1 ? "1 mapping" : count + " mappings")
                        + " of device memory whose device is not known (files, under mmio=unsafe) may be of these devices:"
                        + " not counted here, and never withdrawn");
    }

    /** Nobody has answered yet; the request stands at or below the position. */
    static ResponseEntity<Map<String, Object>> pending(boolean tainted, UUID operation, long position) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("operation", operation);
        members.put("outcome", "pending");
        members.put("position", position);
        members.put("tainted", tainted);
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/operations/" + operation))
                .body(members);
    }

    static Map<String, Object> members(StreamId target, OperationEnded end) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("operation", end.operation());
        members.put("outcome", end.outcome().name().toLowerCase(Locale.ROOT));
        members.put("position", end.position());
        put(end.figures(), target, members);
        end.refusal().ifPresent(refusal -> put(refusal, members));
        if (!end.detail().isEmpty()) {
            members.put("reason", end.detail());
        }
        return members;
    }

    private static void put(Figures figures, StreamId target, Map<String, Object> members) {
        figures.context().ifPresent(number -> members.put("context", new ContextId(target.epoch(), number).toString()));
        figures.mapping()
                .ifPresent(number ->
                        members.put("mapping", new MappingId(target.host(), target.epoch(), number).toString()));
        figures.mappings().ifPresent(count -> {
            long first = figures.mapping().orElse(0);
            members.put("mappings", count);
            members.put("lastMapping", new MappingId(target.host(), target.epoch(), first + count - 1).toString());
        });
        figures.plan().ifPresent(plan -> PlanAnswer.put(plan, target, members));
        figures.episode().ifPresent(number -> {
            members.put("episode", new EpisodeId(target.host(), target.epoch(), number).toString());
            members.put(
                    "affected",
                    figures.affected().stream().map(Object::toString).toList());
        });
        figures.unmappedBytes().ifPresent(bytes -> members.put("unmappedBytes", unsigned(bytes)));
        figures.withdrawnBytes().ifPresent(bytes -> members.put("withdrawnBytes", unsigned(bytes)));
        figures.endedMappings().ifPresent(count -> members.put("endedMappings", count));
        figures.dmaAvail().ifPresent(avail -> members.put("dmaAvail", avail));
    }

    private static void put(Refusal refusal, Map<String, Object> members) {
        switch (refusal) {
            case Refusal.ByKernel(KernelEvidence evidence, Circumstances circumstances) ->
                KernelAnswer.put(evidence, circumstances, members);
            case Refusal.ByAgent(AgentReason reason, String detail) -> {
                members.put("refusedBy", "agent");
                members.put("reason", detail);
            }
        }
    }

    private static Problem problem(Refusal refusal) {
        return switch (refusal) {
            case Refusal.ByKernel(KernelEvidence evidence, Circumstances circumstances) ->
                conflict("kernel-refused", "The kernel refused", KernelAnswer.sentence(evidence, circumstances));
            case Refusal.ByAgent(AgentReason reason, String detail) ->
                switch (reason) {
                    case NOT_FOUND ->
                        new Problem(HttpStatus.NOT_FOUND, "not-found", "There is no such thing here", detail);
                    case NOT_OPEN ->
                        new Problem(HttpStatus.CONFLICT, "device-not-open", "The device is not open", detail);
                    case INVALID ->
                        new Problem(HttpStatus.BAD_REQUEST, "bad-request", "The request cannot be carried out", detail);
                    case POLICY -> conflict("policy-refused", "A policy of the host forbids it", detail);
                    case HELD -> conflict("held-by-episode", "An episode holds the device", detail);
                    case RESERVED -> conflict("reserved", "A withdrawn mapping keeps its place", detail);
                    case IN_USE -> conflict("in-use", "It is in use", detail);
                    case NOT_OWNED ->
                        conflict("not-owned", "The reset takes along what the agent does not hold", detail);
                    case UNSUPPORTED -> conflict("unsupported", "The device or the kernel cannot do that", detail);
                    case NOT_VIABLE -> conflict("group-not-viable", "A host driver has a device of the group", detail);
                    case MAPPING_STATE -> conflict("mapping-state", "The mapping's state does not allow it", detail);
                    case NOT_REMOVED -> conflict("not-removed", "The kernel did not remove a mapping", detail);
                    case JOURNAL_FULL -> Problem.unavailable("journal-full", detail + "; nothing was done");
                    case EXPIRED -> Problem.unavailable("agent-not-ready", detail + "; nothing was done");
                };
        };
    }

    private static Problem conflict(String type, String title, String detail) {
        return new Problem(HttpStatus.CONFLICT, type, title, detail);
    }

    /** A JSON number where every reader keeps it exact, else its digits. */
    private static Object unsigned(long value) {
        return value >= 0 && value < 1L << 53 ? (Object) value : Long.toUnsignedString(value);
    }
}
