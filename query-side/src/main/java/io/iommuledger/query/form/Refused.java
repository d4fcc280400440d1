package io.iommuledger.query.form;

import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;

/** What the kernel said no to. */
public record Refused(String call, String errno, int number) {

    public static Refused of(KernelEvidence evidence) {
        return of(evidence.call(), evidence.errno().number());
    }

    public static Refused of(String call, int errno) {
        return new Refused(call, new Errno(errno).symbol(), errno);
    }
}
