package io.iommuledger.command.host;

import io.iommuledger.command.operation.Operations;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Policies.Mmio;
import io.iommuledger.lifecycle.host.Policies.OnRelease;
import io.iommuledger.lifecycle.host.Policies.OnReset;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.web.Body;
import io.iommuledger.web.Problem;
import io.iommuledger.web.access.Unrecorded;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/** The policies of a host's agent. */
@RestController
@Unrecorded("each is an operation, which says who asked for it")
class PolicyController {
    private final Operations operations;

    PolicyController(Operations operations) {
        this.operations = operations;
    }

    /** A policy that the body does not name stays as it is. */
    @PutMapping("/api/v1/hosts/{host}/policies")
    CompletableFuture<ResponseEntity<Map<String, Object>>> put(@PathVariable String host, HttpServletRequest request) {
        Body body = Body.read(request, "onRelease", "onReset", "mmio");
        Optional<OnRelease> onRelease = choice(body, "onRelease", OnRelease.class);
        Optional<OnReset> onReset = choice(body, "onReset", OnReset.class);
        Optional<Mmio> mmio = choice(body, "mmio", Mmio.class);
        if (onRelease.isEmpty() && onReset.isEmpty() && mmio.isEmpty()) {
            throw Problem.badField(
                    "body",
                    new String(Body.bytesOf(request), StandardCharsets.UTF_8),
                    "at least one of onRelease, onReset and mmio with a value other than null");
        }
        return operations.request(host, request, HttpStatus.OK, view -> {
            Policies now = view.policies();
            return new Instruction.SetPolicies(new Policies(
                    onRelease.orElse(now.onRelease()), onReset.orElse(now.onReset()), mmio.orElse(now.mmio())));
        });
    }

    private static <E extends Enum<E>> Optional<E> choice(Body body, String field, Class<E> type) {
        return body.optionalText(field)
                .map(text -> Stream.of(type.getEnumConstants())
                        .filter(choice -> choice.name().toLowerCase(Locale.ROOT).equals(text))
                        .findFirst()
                        .orElseThrow(() -> body.bad(
                                field,
                                Stream.of(type.getEnumConstants())
                                        .map(choice -> choice.name().toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(" or ")))));
    }
}
