package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.lifecycle.evidence.Errno;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Counts the calls to a kernel, and answers one of them itself with an errno, without the kernel hearing of it. */
final class FailTheNth {
    private final long failing;
    private int calls;
    private String last = "nothing";
    private String failed = "none";

    private final Errno errno;
    private final List<String> names = new ArrayList<>();

    /** @param failing which call, from 1; 0 for none */
    FailTheNth(long failing, Errno errno) {
        this.failing = failing;
        this.errno = errno;
    }

    /** Names of the calls so far, in order. */
    List<String> names() {
        return names;
    }

    /** The call that failed, with the one before it: {@code unsetContainer, close}. */
    String failed() {
        return failed;
    }

    VfioKernel between(VfioKernel kernel) {
        return proxy(kernel, name -> {
            names.add(name);
            if (++calls == failing) {
                failed = last + ", " + name;
                throw new KernelRefused(name, errno);
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

    /** A kernel port that refuses one kind of call. */
    static VfioKernel refusing(VfioKernel kernel, String call, Errno errno) {
        return refusingWhile(kernel, call, errno, () -> true);
    }

    static VfioKernel refusingWhile(VfioKernel kernel, String call, Errno errno, BooleanSupplier refusing) {
        return proxy(kernel, name -> {
            if (name.equals(call) && refusing.getAsBoolean()) {
                throw new KernelRefused(name, errno);
            }
        });
    }

    /** A kernel port whose unmap says success and does nothing. */
    static VfioKernel removingNothing(VfioKernel kernel) {
        return (VfioKernel) Proxy.newProxyInstance(
                VfioKernel.class.getClassLoader(), new Class<?>[] {VfioKernel.class}, (self, method, arguments) -> {
                    if (method.getName().equals("unmapDma")) {
                        return 0L;
                    }
                    try {
                        return method.invoke(kernel, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
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
