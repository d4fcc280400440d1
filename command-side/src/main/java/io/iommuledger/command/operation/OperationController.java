package io.iommuledger.command.operation;

import io.iommuledger.web.Problem;
import io.iommuledger.web.access.Unrecorded;
import java.util.Map;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Operations, to be polled. */
@RestController
@Unrecorded("what came of an operation, known by an id that nobody has but who asked for it or has read the audit")
class OperationController {
    private final OperationView operations;

    OperationController(OperationView operations) {
        this.operations = operations;
    }

    @GetMapping("/api/v1/operations/{id}")
    Map<String, Object> show(@PathVariable String id) {
        try {
            return operations.show(UUID.fromString(id));
        } catch (IllegalArgumentException e) {
            throw Problem.badField("id", id, "a UUID");
        }
    }
}
