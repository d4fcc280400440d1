package io.iommuledger.command.reset;

import io.iommuledger.command.Parameters;
import io.iommuledger.command.operation.Operations;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import io.iommuledger.web.Body;
import io.iommuledger.web.InQuery;
import io.iommuledger.web.access.Unrecorded;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Resetting devices. */
@RestController
@Unrecorded("each is an operation, which says who asked for it")
class ResetController {
    private static final String DRY_RUN = "dryRun";

    private final Operations operations;

    ResetController(Operations operations) {
        this.operations = operations;
    }

    @PostMapping("/api/v1/hosts/{host}/devices/{device}/resets")
    @InQuery(DRY_RUN)
    CompletableFuture<ResponseEntity<Map<String, Object>>> reset(
            @PathVariable String host, @PathVariable String device, HttpServletRequest request) {
        boolean thoughtOnly = Parameters.flagInQuery(DRY_RUN, request);
        PciAddress address = Parameters.device("device", device);
        Body body = Body.read(request, "method");
        EpisodeKind kind = switch (body.text("method")) {
            case "function" -> EpisodeKind.FUNCTION_RESET;
            case "hot" -> EpisodeKind.HOT_RESET;
            default -> throw body.bad("method", "function or hot");
        };
        return operations.request(
                host,
                request,
                HttpStatus.OK,
                view -> new Instruction.Reset(view.device(address).address(), kind, thoughtOnly));
    }
}
