package io.iommuledger.command.region;

import io.iommuledger.command.operation.Operations;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.web.Body;
import io.iommuledger.web.Problem;
import io.iommuledger.web.access.Unrecorded;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Allocating memory under a name, and giving it back. */
@RestController
@Unrecorded("each is an operation, which says who asked for it")
class RegionController {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final long PAGE_BYTES = 4096;

    private final Operations operations;

    RegionController(Operations operations) {
        this.operations = operations;
    }

    @PostMapping("/api/v1/hosts/{host}/regions")
    CompletableFuture<ResponseEntity<Map<String, Object>>> allocate(
            @PathVariable String host, HttpServletRequest request) {
        Body body = Body.read(request, "name", "size", "hugePages");
        String name = name("name", body.text("name"));
        long size = body.u64("size");
        if (size <= 0) {
            throw body.bad("size", "1 to 2^63-1 bytes");
        }
        long hugePageBytes = switch (body.optionalText("hugePages").orElse("none")) {
            case "none" -> 0;
            case "2M" -> 2L << 20;
            case "1G" -> 1L << 30;
            default -> throw body.bad("hugePages", "none, 2M or 1G");
        };
        long pageBytes = hugePageBytes == 0 ? PAGE_BYTES : hugePageBytes;
        if (size % pageBytes != 0) {
            throw body.bad(
                    "size",
                    "a multiple of the page, which is " + pageBytes + " bytes with hugePages "
                            + body.optionalText("hugePages").orElse("none"));
        }
        return operations.request(
                host, request, HttpStatus.CREATED, view -> new Instruction.AllocateRegion(name, size, hugePageBytes));
    }

    @DeleteMapping("/api/v1/hosts/{host}/regions/{name}")
    CompletableFuture<ResponseEntity<Map<String, Object>>> free(
            @PathVariable String host, @PathVariable String name, HttpServletRequest request) {
        String region = name("name", name);
        Body.none(request);
        return operations.request(host, request, HttpStatus.OK, view -> new Instruction.FreeRegion(region));
    }

    private static String name(String field, String text) {
        if (!NAME.matcher(text).matches()) {
            throw Problem.badField(
                    field, text, "1 to 64 letters, digits, dots, dashes and underscores, the first a letter or digit");
        }
        return text;
    }
}
