package io.iommuledger.command.retention;

import io.iommuledger.command.Parameters;
import io.iommuledger.command.principal.Principals;
import io.iommuledger.db.append.Appender;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import io.iommuledger.lifecycle.retention.EventClass;
import io.iommuledger.lifecycle.retention.HoldPlaced;
import io.iommuledger.lifecycle.retention.HoldReleased;
import io.iommuledger.lifecycle.retention.Retention;
import io.iommuledger.lifecycle.retention.RuleRemoved;
import io.iommuledger.lifecycle.retention.RuleSet;
import io.iommuledger.web.Body;
import io.iommuledger.web.InQuery;
import io.iommuledger.web.Problem;
import io.iommuledger.web.Times;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** How long payloads are kept, what is held, and what goes. Stored when it is answered, and in force. */
@RestController
class RetentionController {
    private static final Pattern RULE = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final int MOST_REASON = 1_000;
    private static final int MOST_HOSTS = 500;

    private final RetentionLog log;
    private final Removals removals;
    private final Principals principals;
    private final Appender appender;
    private final Clock clock = Clock.systemUTC();

    RetentionController(RetentionLog log, Removals removals, Principals principals, Appender appender) {
        this.log = log;
        this.removals = removals;
        this.principals = principals;
        this.appender = appender;
    }

    @GetMapping("/api/v1/retention/rules")
    Map<String, Object> rules() {
        return Map.of(
                "rules",
                log.now().rules().stream().map(RetentionAnswer::of).toList(),
                "classes",
                Arrays.stream(EventClass.values()).map(EventClass::word).toList());
    }

    @GetMapping("/api/v1/retention/rules/{rule}")
    Map<String, Object> rule(@PathVariable String rule) {
        return RetentionAnswer.of(log.now().rule(rule).orElseThrow(() -> noRule(rule)));
    }

    @PutMapping("/api/v1/retention/rules/{rule}")
    Map<String, Object> setRule(@PathVariable String rule, HttpServletRequest request) {
        Body body = Body.read(request, "eventClass", "keepSeconds");
        if (!RULE.matcher(rule).matches()) {
            throw Problem.badField(
                    "rule", rule, "a name of 1 to 63 lower-case letters, digits and hyphens that begins with none");
        }
        EventClass of = EventClass.of(body.text("eventClass"))
                .orElseThrow(() -> body.bad(
                        "eventClass",
                        "one of "
                                + Arrays.stream(EventClass.values())
                                        .map(EventClass::word)
                                        .toList() + "; the payloads of all others stay"));
        long keep = body.u64("keepSeconds");
        if (keep < Retention.LEAST_KEEP_SECONDS || keep > Retention.MOST_KEEP_SECONDS) {
            throw body.bad(
                    "keepSeconds", "from " + Retention.LEAST_KEEP_SECONDS + " to " + Retention.MOST_KEEP_SECONDS);
        }
        PrincipalRef by = principals.of(request).ref();
        return RetentionAnswer.of(log.change((now, at) -> {
                    refuseSecond(now, rule, of);
                    return List.of(new RuleSet(at, by.id(), by.commitment(), rule, of, keep));
                })
                .rule(rule)
                .orElseThrow());
    }

    /** Of two the shorter one would take what the other one keeps. */
    private static void refuseSecond(Retention now, String rule, EventClass of) {
        now.rules().stream()
                .filter(other -> other.eventClass() == of && !other.rule().equals(rule))
                .findFirst()
                .ifPresent(other -> {
                    throw new Problem(
                                    HttpStatus.CONFLICT,
                                    "class-has-rule",
                                    "The class of events has a rule",
                                    "rule '" + other.rule() + "' says how long payloads of " + of.word()
                                            + " are kept; set that one, or remove it before '" + rule + "' is set")
                            .with("rule", other.rule());
                });
    }

    @DeleteMapping("/api/v1/retention/rules/{rule}")
    Map<String, Object> removeRule(@PathVariable String rule, HttpServletRequest request) {
        Body.none(request);
        PrincipalRef by = principals.of(request).ref();
        log.change((now, at) -> {
            if (now.rule(rule).isEmpty()) {
                throw noRule(rule);
            }
            return List.of(new RuleRemoved(at, by.id(), by.commitment(), rule));
        });
        return Map.of("rule", rule, "removed", true);
    }

    @GetMapping("/api/v1/retention/holds")
    Map<String, Object> holds() {
        Retention now = log.now();
        return Map.of(
                "holds",
                now.holds().stream()
                        .map(hold -> RetentionAnswer.of(hold, now.release(hold.hold())))
                        .toList());
    }

    @PostMapping("/api/v1/retention/holds")
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, Object> hold(HttpServletRequest request) {
        Body body = Body.read(request, "reason", "hosts", "fromPosition", "toPosition", "from", "to");
        String reason = reason(body);
        List<HostId> hosts = hosts(body);
        OptionalLong fromPosition = position(body, "fromPosition");
        OptionalLong toPosition = position(body, "toPosition");
        OptionalLong from = time(body, "from");
        OptionalLong to = time(body, "to");
        requireOrder(body, "toPosition", fromPosition, toPosition);
        requireOrder(body, "to", from, to);
        PrincipalRef by = principals.of(request).ref();
        String hold = UUID.randomUUID().toString();
        Retention after = log.change((now, at) -> List.of(
                new HoldPlaced(at, by.id(), by.commitment(), hold, reason, hosts, fromPosition, toPosition, from, to)));
        return RetentionAnswer.of(after.hold(hold).orElseThrow(), after.release(hold));
    }

    @PostMapping("/api/v1/retention/holds/{hold}/release")
    Map<String, Object> release(@PathVariable String hold, HttpServletRequest request) {
        Body body = Body.read(request, "reason");
        String reason = reason(body);
        PrincipalRef by = principals.of(request).ref();
        Retention after = log.change((now, at) -> {
            if (now.hold(hold).isEmpty()) {
                throw Problem.notFound("hold", hold, "GET /api/v1/retention/holds lists them");
            }
            // Who releases it again is told when it was released.
            return now.release(hold).isPresent()
                    ? List.of()
                    : List.of(new HoldReleased(at, by.id(), by.commitment(), hold, reason));
        });
        return RetentionAnswer.of(after.hold(hold).orElseThrow(), after.release(hold));
    }

    /** What goes now; or, as a dry run, what would. */
    @PostMapping("/api/v1/retention/removals")
    @InQuery("dryRun")
    Map<String, Object> remove(HttpServletRequest request) {
        Body.none(request);
        boolean dryRun = Parameters.flagInQuery("dryRun", request);
        PrincipalRef by = principals.of(request).ref();
        appender.requireLead();
        Map<RuleSet, Removable.Found> found =
                dryRun ? removals.plan(by, Times.nanos(clock.instant())) : removals.record(by, true);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("dryRun", dryRun);
        answer.put(
                "removals",
                found.entrySet().stream()
                        .map(each -> RetentionAnswer.of(each.getKey(), each.getValue()))
                        .toList());
        if (!dryRun) {
            answer.put("waiting", removals.finish());
        }
        return answer;
    }

    private static Problem noRule(String rule) {
        return Problem.notFound("rule", rule, "GET /api/v1/retention/rules lists them");
    }

    private static String reason(Body body) {
        String reason = body.text("reason");
        if (reason.isBlank() || reason.length() > MOST_REASON) {
            throw body.bad("reason", "a text of 1 to " + MOST_REASON + " characters");
        }
        return reason;
    }

    private static List<HostId> hosts(Body body) {
        List<String> names = body.optionalTexts("hosts", MOST_HOSTS).orElse(List.of());
        try {
            return names.stream().map(HostId::new).toList();
        } catch (IllegalArgumentException e) {
            throw body.bad("hosts", "ids of hosts: " + HostId.FORM_IN_WORDS);
        }
    }

    private static OptionalLong position(Body body, String field) {
        if (!body.has(field)) {
            return OptionalLong.empty();
        }
        long position = body.u64(field);
        if (position <= 0) {
            throw body.bad(field, "a position from 1 on");
        }
        return OptionalLong.of(position);
    }

    private static OptionalLong time(Body body, String field) {
        if (!body.has(field)) {
            return OptionalLong.empty();
        }
        OptionalLong nanos = Times.nanos(body.text(field));
        if (nanos.isEmpty()) {
            throw body.bad(field, "an instant of RFC 3339, 2026-11-29T12:00:00Z");
        }
        return nanos;
    }

    private static void requireOrder(Body body, String field, OptionalLong from, OptionalLong to) {
        if (from.isPresent() && to.isPresent() && to.getAsLong() < from.getAsLong()) {
            throw body.bad(field, "not before where the hold begins");
        }
    }
}
