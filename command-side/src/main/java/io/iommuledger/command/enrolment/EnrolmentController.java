package io.iommuledger.command.enrolment;

import io.iommuledger.command.gateway.Epochs;
import io.iommuledger.command.principal.Principals;
import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.enrolment.EnrolmentEvent;
import io.iommuledger.lifecycle.enrolment.Fingerprint;
import io.iommuledger.lifecycle.enrolment.MachineId;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import io.iommuledger.web.Body;
import io.iommuledger.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What operators decide about hosts' agents. Stored when it is answered, and in force: who may speak no more is sent away,
 * and nothing more of it is stored.
 */
@RestController
class EnrolmentController {
    private static final Pattern ALARM = Pattern.compile("(.+)\\.a([1-9][0-9]{0,17})");

    /** As a mapping's id is written; whether there is such a one is not looked at. */
    private static final Pattern MAPPING = Pattern.compile(".+\\.\\d{1,18}-\\d{1,18}");

    private final Enrolments enrolments;
    private final Epochs epochs;
    private final Principals principals;

    EnrolmentController(Enrolments enrolments, Epochs epochs, Principals principals) {
        this.enrolments = enrolments;
        this.epochs = epochs;
        this.principals = principals;
    }

    @GetMapping("/api/v1/hosts/{host}/key")
    Map<String, Object> key(@PathVariable String host) {
        return EnrolmentAnswer.of(enrolments.of(host(host)));
    }

    @PutMapping("/api/v1/hosts/{host}/key")
    Map<String, Object> enrol(@PathVariable String host, HttpServletRequest request) {
        Body body = Body.read(request, "fingerprint");
        Fingerprint fingerprint = fingerprint(body);
        PrincipalRef principal = principals.of(request).ref();
        return changed(host, (enrolment, now) -> enrolment.enrol(fingerprint, principal, now));
    }

    @DeleteMapping("/api/v1/hosts/{host}/key")
    Map<String, Object> withdraw(@PathVariable String host, HttpServletRequest request) {
        Body.none(request);
        PrincipalRef principal = principals.of(request).ref();
        return changed(host, (enrolment, now) -> {
            List<EnrolmentEvent> withdrawn = enrolment.withdraw(principal, now);
            if (withdrawn.isEmpty()) {
                throw Problem.notFound("enrolled key", host, "GET /api/v1/hosts/" + host + "/key tells what there is");
            }
            return withdrawn;
        });
    }

    @PostMapping("/api/v1/hosts/{host}/moves")
    Map<String, Object> move(@PathVariable String host, HttpServletRequest request) {
        Body body = Body.read(request, "machineId");
        String machineId = machineId(body);
        PrincipalRef principal = principals.of(request).ref();
        return changed(host, (enrolment, now) -> {
            if (!enrolment.known()) {
                throw Problem.notFound(
                        "host",
                        host,
                        "no key is enrolled for it and no agent has spoken for it, so there is none to move");
            }
            if (!MachineId.usual(machineId) && !enrolment.heardFrom(machineId)) {
                throw body.bad(
                        "machineId",
                        "32 hexadecimal digits in lower case, as /etc/machine-id has them, or what an alarm of the host"
                                + " names; any other would cut its agent off");
            }
            return enrolment.confirmMove(machineId, principal, now);
        });
    }

    @PostMapping("/api/v1/alarms/{alarm}/acknowledgement")
    Map<String, Object> acknowledge(@PathVariable String alarm, HttpServletRequest request) {
        Body.none(request);
        Matcher id = ALARM.matcher(alarm);
        if (MAPPING.matcher(alarm).matches()) {
            throw stands(alarm);
        }
        if (!id.matches()) {
            throw Problem.badField("alarm", alarm, "HOST.aN or the id of a mapping, as GET /api/v1/alarms has it");
        }
        HostId host = host(id.group(1));
        long number = Long.parseLong(id.group(2));
        PrincipalRef principal = principals.of(request).ref();
        Enrolment after = enrolments.change(host, (enrolment, now) -> {
            if (enrolment.alarm(number).isEmpty()) {
                throw Problem.notFound("alarm", alarm, "GET /api/v1/alarms?state=all lists them");
            }
            return enrolment.acknowledge(number, principal, now);
        });
        return AlarmAnswer.of(host, after.alarm(number).orElseThrow());
    }

    /** It follows from how the mapping stands, which nobody's word changes. */
    private static Problem stands(String mapping) {
        return new Problem(
                HttpStatus.CONFLICT,
                "alarm-stands",
                "The alarm stands as long as its mapping does",
                "an alarm about a mapping is not acknowledged: that of " + mapping
                        + " stands until POST /api/v1/mappings/"
                        + mapping + "/restore succeeds or the mapping is unmapped, and ends with it; GET /api/v1/alarms"
                        + " has the request for either");
    }

    private Map<String, Object> changed(String host, BiFunction<Enrolment, Long, List<EnrolmentEvent>> decision) {
        HostId id = host(host);
        Enrolment enrolment = enrolments.change(id, decision);
        epochs.awaitUnderWay(id);
        return EnrolmentAnswer.of(enrolment);
    }

    private static String machineId(Body body) {
        try {
            return MachineId.checked(body.text("machineId"));
        } catch (IllegalArgumentException e) {
            throw body.bad("machineId", MachineId.FORM_IN_WORDS);
        }
    }

    private static Fingerprint fingerprint(Body body) {
        try {
            return new Fingerprint(body.text("fingerprint"));
        } catch (IllegalArgumentException e) {
            throw body.bad("fingerprint", Fingerprint.FORM_IN_WORDS);
        }
    }

    private static HostId host(String text) {
        try {
            return new HostId(text);
        } catch (IllegalArgumentException e) {
            throw Problem.badField("host", text, "the id of a host: " + HostId.FORM_IN_WORDS);
        }
    }
}
