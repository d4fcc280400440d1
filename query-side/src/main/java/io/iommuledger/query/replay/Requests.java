package io.iommuledger.query.replay;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Policies.Mmio;
import io.iommuledger.lifecycle.host.Policies.OnRelease;
import io.iommuledger.lifecycle.host.Policies.OnReset;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.web.Body;
import io.iommuledger.web.Problem;
import java.util.Arrays;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** The parts that requests for a replay and for a what-if have in common. */
public final class Requests {
    private static final String[] SCOPE = {"host", "context", "device"};
    private static final String[] POLICIES = {"onRelease", "onReset", "mmio"};

    private Requests() {}

    /** {@code {"host":"rack7,rack8","context":…,"device":…}}; everything if it is absent. */
    public static Scope scope(Body body) {
        return body.optionalObject("scope", SCOPE).map(Requests::scopeOf).orElse(Scope.ALL);
    }

    private static Scope scopeOf(Body scope) {
        NavigableSet<HostId> hosts = new TreeSet<>();
        scope.optionalText("host")
                .ifPresent(text ->
                        Arrays.stream(text.split(",", -1)).map(Parameters::host).forEach(hosts::add));
        Optional<ContextId> context = scope.optionalText("context").map(Parameters::context);
        Optional<PciAddress> device = scope.optionalText("device").map(text -> Parameters.device("scope.device", text));
        if (context.isPresent() && hosts.size() != 1) {
            throw Problem.badField(
                    "scope.context",
                    context.get().toString(),
                    "one host beside it, in scope.host, whose context it is");
        }
        return new Scope(hosts, context, device);
    }

    /** {@code {"onRelease":"drop","onReset":"suspend","mmio":"strict"}}; what is absent is the default. */
    public static Optional<Policies> policies(Body body) {
        return body.optionalObject("policy", POLICIES)
                .map(policy -> new Policies(
                        choice(policy, "onRelease", OnRelease.DROP, OnRelease.values()),
                        choice(policy, "onReset", OnReset.SUSPEND, OnReset.values()),
                        choice(policy, "mmio", Mmio.STRICT, Mmio.values())));
    }

    private static <E extends Enum<E>> E choice(Body policy, String field, E usual, E[] known) {
        if (!policy.has(field)) {
            return usual;
        }
        String text = policy.text(field);
        for (E value : known) {
            if (word(value).equals(text)) {
                return value;
            }
        }
        throw policy.bad(
                field,
                String.join(" or ", Arrays.stream(known).map(Requests::word).toList()));
    }

    /** As requests and answers write it. */
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
