package io.iommuledger.command.principal;

import io.iommuledger.web.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Who an id in the log stands for, with what it takes to check that an event means him. */
@RestController
class PrincipalController {
    private final Principals principals;

    PrincipalController(Principals principals) {
        this.principals = principals;
    }

    @GetMapping("/api/v1/principals/{principal}")
    Map<String, Object> principal(@PathVariable String principal) {
        Principal found = principals
                .find(principal)
                .orElseThrow(() -> Problem.notFound(
                        "principal", principal, "events name principals by their ids, as GET /api/v1/operations does"));
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", found.id());
        shown.put("kind", found.kind());
        shown.put("name", found.shownName());
        found.name().ifPresent(name -> shown.put("salt", name.salt()));
        found.commitment().ifPresent(commitment -> shown.put("commitment", commitment.hex()));
        found.erasedBy().ifPresent(erasure -> shown.put("erasedBy", erasure));
        return shown;
    }
}
