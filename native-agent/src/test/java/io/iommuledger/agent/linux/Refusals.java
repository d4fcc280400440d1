package io.iommuledger.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a refused call has to say: the kernel's name of it, and the errno. */
final class Refusals {

    private Refusals() {}

    static void assertRefused(String call, Errno errno, ThrowingCallable request) {
        assertThatThrownBy(request)
                .isInstanceOfSatisfying(
                        KernelRefused.class, e -> assertThat(e.evidence()).isEqualTo(new KernelEvidence(call, errno)));
    }
}
