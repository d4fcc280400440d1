package io.iommuledger.agent.kernel;

import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;

/** The kernel answered a system call with an errno. Nothing was changed unless the call's documentation says so. */
public final class KernelRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient KernelEvidence evidence;

    public KernelRefused(String call, Errno errno) {
        super(call + ": " + errno);
        this.evidence = new KernelEvidence(call, errno);
    }

    public KernelEvidence evidence() {
        return evidence;
    }

    public Errno errno() {
        return evidence.errno();
    }
}
