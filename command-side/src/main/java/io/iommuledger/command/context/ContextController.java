package io.iommuledger.command.context;

import io.iommuledger.command.Parameters;
import io.iommuledger.command.operation.Operations;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.web.Body;
import io.iommuledger.web.access.Unrecorded;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Opening and closing address spaces. */
@RestController
@Unrecorded("each is an operation, which says who asked for it")
class ContextController {
    private final Operations operations;

    ContextController(Operations operations) {
        this.operations = operations;
    }

    @PostMapping("/api/v1/hosts/{host}/contexts")
    CompletableFuture<ResponseEntity<Map<String, Object>>> open(@PathVariable String host, HttpServletRequest request) {
        Body.none(request);
        return operations.request(host, request, HttpStatus.CREATED, view -> new Instruction.OpenContext());
    }

    @DeleteMapping("/api/v1/hosts/{host}/contexts/{context}")
    CompletableFuture<ResponseEntity<Map<String, Object>>> close(
            @PathVariable String host, @PathVariable String context, HttpServletRequest request) {
        ContextId id = Parameters.context(context);
        Body.none(request);
        return operations.request(
                host,
                request,
                HttpStatus.OK,
                view -> new Instruction.CloseContext(view.context(id).id()));
    }
}
