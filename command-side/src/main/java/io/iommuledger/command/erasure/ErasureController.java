package io.iommuledger.command.erasure;

import io.iommuledger.command.principal.Principal;
import io.iommuledger.command.principal.Principals;
import io.iommuledger.lifecycle.erasure.Erasure;
import io.iommuledger.lifecycle.erasure.ErasureRequested;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import io.iommuledger.web.Body;
import io.iommuledger.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Asking for the erasure of a name, and agreeing to it. */
@RestController
class ErasureController {
    private static final int MOST_REASON_CHARACTERS = 1_000;
    private static final String STATE_TITLE = "The erasure's state does not allow it";

    private final Erasures erasures;
    private final Names names;
    private final Principals principals;

    ErasureController(Erasures erasures, Names names, Principals principals) {
        this.erasures = erasures;
        this.names = names;
        this.principals = principals;
    }

    @GetMapping("/api/v1/erasures")
    Map<String, Object> all() {
        return Map.of(
                "erasures",
                erasures.all().stream()
                        .map(erasure -> ErasureAnswer.of(erasure, Optional.empty()))
                        .toList());
    }

    @GetMapping("/api/v1/erasures/{erasure}")
    Map<String, Object> one(@PathVariable String erasure) {
        return answer(known(erasures.of(id(erasure))));
    }

    @PostMapping("/api/v1/erasures")
    ResponseEntity<Map<String, Object>> request(HttpServletRequest request) {
        Body body = Body.read(request, "principal", "reason");
        Principal subject = subject(body.text("principal"));
        refuseErased(subject);
        String reason = reason(body, subject);
        PrincipalRef by = principals.of(request).ref();
        Erasure requested = erasures.change(UUID.randomUUID(), (erasure, now) -> {
            refuseErased(subject(subject.id()));
            refuseSecondOf(subject);
            return List.of(new ErasureRequested(erasure.id(), now, by.id(), by.commitment(), subject.id(), reason));
        });
        return ResponseEntity.status(HttpStatus.CREATED).body(answer(requested));
    }

    @PostMapping("/api/v1/erasures/{erasure}/approval")
    Map<String, Object> approve(@PathVariable String erasure, HttpServletRequest request) {
        Body.none(request);
        PrincipalRef by = principals.of(request).ref();
        try {
            return answer(erasures.change(id(erasure), (now, nanos) -> {
                known(now).refusal(by.id()).ifPresent(refusal -> {
                    throw refused(now, refusal);
                });
                if (now.state() == Erasure.State.REQUESTED) {
                    names.held(now.requested().orElseThrow().subject()).ifPresent(why -> {
                        throw new Held(why);
                    });
                }
                return now.approve(by, nanos);
            }));
        } catch (Held held) {
            throw held(id(erasure), held);
        }
    }

    @PostMapping("/api/v1/erasures/{erasure}/withdrawal")
    Map<String, Object> withdraw(@PathVariable String erasure, HttpServletRequest request) {
        Body.none(request);
        PrincipalRef by = principals.of(request).ref();
        return answer(erasures.change(id(erasure), (now, nanos) -> {
            if (known(now).state() != Erasure.State.REQUESTED) {
                throw state(now, "only one that waits for its approval can be withdrawn");
            }
            return now.withdraw(by, nanos);
        }));
    }

    private Map<String, Object> answer(Erasure erasure) {
        Optional<String> held = switch (erasure.state()) {
            case REQUESTED, APPROVED ->
                names.held(erasure.requested().orElseThrow().subject());
            case ABSENT, WITHDRAWN, DONE -> Optional.empty();
        };
        return ErasureAnswer.of(erasure, held);
    }

    private Principal subject(String id) {
        return principals
                .find(id)
                .orElseThrow(() -> Problem.notFound(
                        "principal", id, "GET /api/v1/operations and GET /api/v1/events name principals by their ids"));
    }

    private static void refuseErased(Principal subject) {
        subject.erasedBy().ifPresent(by -> {
            throw new Problem(
                            HttpStatus.CONFLICT,
                            "erasure-state",
                            STATE_TITLE,
                            "the name of principal " + subject.id() + " is erased already, under " + by)
                    .with("erasure", by);
        });
    }

    /** It stands in the log for ever, where the name must not. */
    private static String reason(Body body, Principal subject) {
        String reason = body.text("reason").strip();
        if (reason.isEmpty() || reason.length() > MOST_REASON_CHARACTERS) {
            throw body.bad(
                    "reason", "1 to " + MOST_REASON_CHARACTERS + " characters, for example the number of a ticket");
        }
        String lower = reason.toLowerCase(Locale.ROOT);
        if (subject.name()
                .filter(name -> lower.contains(name.text().toLowerCase(Locale.ROOT)))
                .isPresent()) {
            throw body.bad(
                    "reason",
                    "a text without the name that is to be erased: the reason is recorded and nothing removes it, so name a"
                            + " ticket or the like");
        }
        return reason;
    }

    private void refuseSecondOf(Principal subject) {
        for (Erasure other : erasures.all()) {
            boolean open = other.state() == Erasure.State.REQUESTED || other.state() == Erasure.State.APPROVED;
            if (open && other.requested().orElseThrow().subject().equals(subject.id())) {
                throw state(other, "approve that one, or withdraw it if it is not approved");
            }
        }
    }

    private static Problem state(Erasure erasure, String whatToDo) {
        return new Problem(
                        HttpStatus.CONFLICT,
                        "erasure-state",
                        STATE_TITLE,
                        "erasure " + erasure.id() + " of principal "
                                + erasure.requested().orElseThrow().subject() + " is "
                                + erasure.state().name().toLowerCase(Locale.ROOT) + "; " + whatToDo)
                .with("erasure", erasure.id());
    }

    private static Problem refused(Erasure erasure, Erasure.Refusal refusal) {
        String request = "erasure " + erasure.id() + " was asked for by principal "
                + erasure.requested().orElseThrow().principal();
        return switch (refusal) {
            case OVER -> state(erasure, "ask for another one");
            case SAME_AS_WHO_ASKED -> twoPrincipals(request + ", which is you; another one has to approve it");
            case SAME_AS_SUBJECT ->
                twoPrincipals(request + " and is of your own name; one that is neither has to approve it");
        };
    }

    private static Problem twoPrincipals(String detail) {
        return new Problem(HttpStatus.CONFLICT, "two-principals", "Two principals have to agree", detail);
    }

    private static Problem held(UUID erasure, Held held) {
        return new Problem(
                        HttpStatus.CONFLICT,
                        "held",
                        "A hold keeps it",
                        "the name is not erased: " + held.getMessage()
                                + "; approve again when the hold is released. What is approved already is done then by itself")
                .with("erasure", erasure);
    }

    private static Erasure known(Erasure erasure) {
        if (erasure.requested().isEmpty()) {
            throw Problem.notFound("erasure", erasure.id().toString(), "GET /api/v1/erasures lists them");
        }
        return erasure;
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw Problem.badField("erasure", text, "the id of an erasure, a UUID as GET /api/v1/erasures has it");
        }
    }
}
