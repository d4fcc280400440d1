package io.iommuledger.command.device;

import io.iommuledger.command.Parameters;
import io.iommuledger.command.operation.Operations;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Instruction.GroupFate;
import io.iommuledger.web.Body;
import io.iommuledger.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Attaching, releasing and switching devices. */
@RestController
class DeviceController {
    private final Operations operations;

    DeviceController(Operations operations) {
        this.operations = operations;
    }

    @PostMapping("/api/v1/hosts/{host}/contexts/{context}/devices")
    CompletableFuture<ResponseEntity<Map<String, Object>>> attach(
            @PathVariable String host, @PathVariable String context, HttpServletRequest request) {
        ContextId id = Parameters.context(context);
        PciAddress device =
                Parameters.device("device", Body.read(request, "device").text("device"));
        return operations.request(
                host,
                request,
                HttpStatus.CREATED,
                view -> new Instruction.AttachDevice(
                        view.context(id).id(), view.device(device).address()));
    }

    @DeleteMapping("/api/v1/hosts/{host}/contexts/{context}/devices/{device}")
    CompletableFuture<ResponseEntity<Map<String, Object>>> release(
            @PathVariable String host,
            @PathVariable String context,
            @PathVariable String device,
            @RequestParam(defaultValue = "false") String detach,
            HttpServletRequest request) {
        ContextId id = Parameters.context(context);
        PciAddress address = Parameters.device("device", device);
        GroupFate fate = switch (detach) {
            case "true" -> GroupFate.LEAVES;
            case "false" -> GroupFate.STAYS;
            default -> throw Problem.badField("detach", detach, "true or false");
        };
        return operations.request(
                host,
                request,
                HttpStatus.OK,
                view -> new Instruction.ReleaseDevice(
                        view.context(id).id(), view.device(address).address(), fate));
    }

    @PutMapping("/api/v1/hosts/{host}/devices/{device}/memory")
    CompletableFuture<ResponseEntity<Map<String, Object>>> memory(
            @PathVariable String host, @PathVariable String device, HttpServletRequest request) {
        PciAddress address = Parameters.device("device", device);
        MemoryDecoding decoding =
                Body.read(request, "enabled").flag("enabled") ? MemoryDecoding.ON : MemoryDecoding.OFF;
        return operations.request(
                host,
                request,
                HttpStatus.OK,
                view -> new Instruction.SetMemoryDecoding(view.device(address).address(), decoding));
    }
}
