package io.iommuledger.query.replay;

import io.iommuledger.lifecycle.host.Policies;

/** Policies as requests and answers write them. */
public record PolicyWords(String onRelease, String onReset, String mmio) {
    public static PolicyWords of(Policies policies) {
        return new PolicyWords(
                Requests.word(policies.onRelease()), Requests.word(policies.onReset()), Requests.word(policies.mmio()));
    }
}
