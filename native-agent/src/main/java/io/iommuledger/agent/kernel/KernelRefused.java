package io.iommuledger.agent.kernel;

import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.operation.Circumstances;

/** The kernel answered a system call with an errno. Nothing was changed unless the call's documentation says so. */
public final class KernelRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient KernelEvidence evidence;
    private final transient Circumstances circumstances;

    public KernelRefused(String call, Errno errno) {
        super(call + ": " + errno);
        this.evidence = new KernelEvidence(call, errno);
        this.circumstances = Circumstances.UNKNOWN;
    }

    private KernelRefused(KernelRefused refused, Circumstances circumstances) {
        super(refused.getMessage(), refused);
        this.evidence = refused.evidence;
        this.circumstances = circumstances;
    }

    /** The same refusal, of which more is known. */
    public KernelRefused in(Circumstances known) {
        return new KernelRefused(this, known);
    }

    public Circumstances circumstances() {
        return circumstances;
    }

    public KernelEvidence evidence() {
        return evidence;
    }

    public Errno errno() {
        return evidence.errno();
    }
}
