package io.iommuledger.query.report;

import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.query.host.HostAnswer;
import io.iommuledger.query.host.HostPolicies;
import io.iommuledger.query.host.HostQueries;
import io.iommuledger.report.Document;
import io.iommuledger.report.Rows;
import io.iommuledger.report.Table;
import io.iommuledger.web.Times;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Which policies were in force, and where they were relaxed. */
@Component
@Order(40)
class PolicySection implements Section {
    private static final Table STANDING = Table.of(
            "policies",
            "In force where the period ends",
            "host:Host",
            "onRelease:on-release",
            "onReset:on-reset",
            "mmio:mmio",
            "sealed:Sealed",
            "tainted:Tainted",
            "epoch:Epoch",
            "epochBegan:Epoch began");

    private static final Table CHANGES = Table.of(
            "policy-changes",
            "Put in force in the period",
            "position:Position",
            "instant:Host's clock",
            "host:Host",
            "by:By",
            "onRelease:on-release",
            "onReset:on-reset",
            "mmio:mmio",
            "weakerThanDefault:Weaker than the default",
            "relaxed:Relaxed",
            "operation:Operation");

    private final Reading reading;
    private final HostQueries hosts;
    private final LogReader log;

    PolicySection(Reading reading, HostQueries hosts, LogReader log) {
        this.reading = reading;
        this.hosts = hosts;
        this.log = log;
    }

    @Override
    public Heading heading() {
        return Heading.of(
                "policy",
                "Policies, relaxations and taint",
                EnumSet.of(Kind.COMPLIANCE),
                Control.AU_2,
                Control.AU_12,
                Control.PCI_10_2,
                Control.PCI_10_7);
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        document.table(
                STANDING,
                taker -> reading.<HostPolicies>each(
                        period,
                        hosts::policies,
                        host -> taker.take(Rows.row(
                                host.id(),
                                host.policies().onRelease(),
                                host.policies().onReset(),
                                host.policies().mmio(),
                                host.sealed(),
                                host.tainted(),
                                host.epoch(),
                                host.since()))));
        document.text(
                "Policies are put in force by an agent's start (configuration) and by an operator's instruction. relaxed:"
                        + " one of them is weaker than the one that was in force before it; of the first ones that a host"
                        + " had, than the default. What a newer version wrote does not say which it put in force, nor"
                        + " whether the next ones relax any.");
        Map<String, Optional<Policies>> before = standing(period);
        document.table(
                CHANGES,
                taker -> log.each(
                        period,
                        List.of(EventTypes.EPOCH_BEGAN, "host.policies-changed"),
                        read -> taker.take(row(read, before))));
    }

    /** In force where the period begins, of each host. */
    private Map<String, Optional<Policies>> standing(Period period) throws IOException {
        Map<String, Optional<Policies>> standing = new HashMap<>();
        if (period.from() > 0) {
            reading.<HostPolicies>before(
                    period, hosts::policies, host -> standing.put(host.id(), Optional.of(policies(host.policies()))));
        }
        return standing;
    }

    private static Policies policies(HostAnswer.PolicyNames names) {
        return new Policies(
                Policies.OnRelease.valueOf(names.onRelease().toUpperCase(Locale.ROOT)),
                Policies.OnReset.valueOf(names.onReset().toUpperCase(Locale.ROOT)),
                Policies.Mmio.valueOf(names.mmio().toUpperCase(Locale.ROOT)));
    }

    /** @param before of each host; one entry a host, empty where nobody can say */
    private static List<?> row(LogReader.Read read, Map<String, Optional<Policies>> before) {
        String host = read.host().orElse("");
        try {
            RecordedFact recorded = FactCodec.decode(read.entry().payload());
            Policies now = policies(recorded.fact());
            Optional<Policies> former = before.getOrDefault(host, Optional.of(Policies.DEFAULT));
            before.put(host, Optional.of(now));
            return row(read, recorded, now, former);
        } catch (MalformedRecord ofAnotherVersion) {
            before.put(host, Optional.empty());
            return Rows.row(
                    read.entry().position(),
                    Optional.empty(),
                    host,
                    read.notUnderstood(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }
    }

    private static List<?> row(LogReader.Read read, RecordedFact recorded, Policies now, Optional<Policies> former) {
        return Rows.row(
                read.entry().position(),
                Times.rfc3339(recorded.stamp().wallNanos()),
                read.host(),
                recorded.fact() instanceof EpochBegan ? "agent's start" : "instruction",
                word(now.onRelease()),
                word(now.onReset()),
                word(now.mmio()),
                now.weakerThanDefault(),
                former.map(policies -> policies.relaxedBy(now)),
                recorded.stamp().operation().map(Object::toString));
    }

    private static Policies policies(Fact fact) {
        return switch (fact) {
            case EpochBegan began -> began.policies();
            case PoliciesChanged changed -> changed.policies();
            default -> throw new IllegalStateException("no policies in " + fact);
        };
    }

    private static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }
}
