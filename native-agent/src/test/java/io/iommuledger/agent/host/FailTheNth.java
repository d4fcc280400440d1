package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.lifecycle.evidence.Errno;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Counts the calls to a kernel, and answers one of them itself: EIO, without the kernel hearing of it. */
final class FailTheNth {
    private final long failing;
    private int calls;
    private String last = "nothing";
    private String failed = "none";

    /** @param failing which call, from 1; 0 for none */
    FailTheNth(long failing) {
        this.failing = failing;
    }

    int calls() {
        return calls;
    }

    /** The call that failed, with the one before it: {@code unsetContainer, close}. */
    String failed() {
        return failed;
    }

    VfioKernel between(VfioKernel kernel) {
        return proxy(kernel, name -> {
            if (++calls == failing) {
                failed = last + ", " + name;
                throw new KernelRefused(name, Errno.EIO);
            }
            last = name;
        });
    }

    /** A kernel port in which one call has a fault of its own. */
    static VfioKernel faulty(VfioKernel kernel, String call) {
        return proxy(kernel, name -> {
            if (name.equals(call)) {
                throw new IllegalStateException("a planted fault");
            }
        });
    }

    @FunctionalInterface
    private interface Gate {
        void pass(String call) throws KernelRefused;
    }

    private static VfioKernel proxy(VfioKernel kernel, Gate gate) {
        return (VfioKernel) Proxy.newProxyInstance(
                VfioKernel.class.getClassLoader(), new Class<?>[] {VfioKernel.class}, (self, method, arguments) -> {
                    gate.pass(method.getName());
                    try {
                        return method.invoke(kernel, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
