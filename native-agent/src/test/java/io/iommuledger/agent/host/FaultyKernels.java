package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.lifecycle.evidence.Errno;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.BooleanSupplier;

/** Kernel ports that go wrong in one way. */
final class FaultyKernels {

    private FaultyKernels() {}

    /** One call has a fault of its own. */
    static VfioKernel faulty(VfioKernel kernel, String call) {
        return proxy(kernel, name -> {
            if (name.equals(call)) {
                throw new IllegalStateException("a planted fault");
            }
        });
    }

    /** One kind of call is refused. */
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

    /** Unmap says success and does nothing. */
    static VfioKernel removingNothing(VfioKernel kernel) {
        return answering(kernel, "unmapDma", 0L);
    }

    /** One kind of call does nothing and always gives the same answer. */
    static VfioKernel answering(VfioKernel kernel, String call, Object answer) {
        return (VfioKernel) Proxy.newProxyInstance(
                VfioKernel.class.getClassLoader(), new Class<?>[] {VfioKernel.class}, (self, method, arguments) -> {
                    if (method.getName().equals(call)) {
                        return answer;
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
