package io.iommuledger.command.device;

import io.iommuledger.command.Parameters;
import io.iommuledger.command.operation.Operations;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.device.PowerState;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Instruction.GroupFate;
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
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Attaching, releasing and switching devices. */
@RestController
@Unrecorded("each is an operation, which says who asked for it")
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
            @RequestParam(defaultValue = "false") String force,
            HttpServletRequest request) {
        ContextId id = Parameters.context(context);
        PciAddress address = Parameters.device("device", device);
        GroupFate fate = Parameters.flag("detach", detach) ? GroupFate.LEAVES : GroupFate.STAYS;
        boolean forced = Parameters.flag("force", force);
        Body.none(request);
        return operations.request(
                host,
                request,
                HttpStatus.OK,
                view -> new Instruction.ReleaseDevice(
                        view.context(id).id(), view.device(address).address(), fate, forced));
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

    /** Low power, as far as the kernel offers it for the device. */
    @PutMapping("/api/v1/hosts/{host}/devices/{device}/power")
    CompletableFuture<ResponseEntity<Map<String, Object>>> power(
            @PathVariable String host, @PathVariable String device, HttpServletRequest request) {
        PciAddress address = Parameters.device("device", device);
        Body body = Body.read(request, "state");
        PowerState state = switch (body.text("state")) {
            case "low" -> PowerState.LOW;
            case "on" -> PowerState.ON;
            default -> throw body.bad("state", "low or on");
        };
        return operations.request(
                host,
                request,
                HttpStatus.OK,
                view -> new Instruction.SetPower(view.device(address).address(), state));
    }
}
