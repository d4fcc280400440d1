package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Notes every call to a kernel, and answers one of them itself with an errno, without the kernel hearing of it. */
final class FailTheNth {

    /**
     * A call and what came of it.
     *
     * @param answer  empty if it was refused, or answers nothing
     * @param facts   how many facts were recorded before it
     */
    record Call(
            String name,
            List<Object> arguments,
            Optional<Object> answer,
            Optional<KernelEvidence> refusal,
            long facts) {
        boolean done() {
            return refusal.isEmpty();
        }

        long number(int argument) {
            return ((Number) arguments.get(argument)).longValue();
        }
    }

    private final long failing;
    private final Errno errno;
    private final List<Call> calls = new ArrayList<>();
    private LongSupplier facts = () -> 0;

    /** @param failing which call, from 1; 0 for none */
    FailTheNth(long failing, Errno errno) {
        this.failing = failing;
        this.errno = errno;
    }

    /** Where the facts are counted. */
    void recordedIn(LongSupplier recorded) {
        facts = recorded;
    }

    /** The calls so far, in order. */
    List<Call> calls() {
        return calls;
    }

    VfioKernel between(VfioKernel kernel) {
        return (VfioKernel) Proxy.newProxyInstance(
                VfioKernel.class.getClassLoader(), new Class<?>[] {VfioKernel.class}, (self, method, arguments) -> {
                    String name = method.getName();
                    try {
                        Object answer = calls.size() + 1 == failing ? refused(name) : method.invoke(kernel, arguments);
                        note(name, arguments, answer, null);
                        return answer;
                    } catch (KernelRefused injected) {
                        note(name, arguments, null, injected.evidence());
                        throw injected;
                    } catch (InvocationTargetException e) {
                        if (e.getCause() instanceof KernelRefused refused) {
                            note(name, arguments, null, refused.evidence());
                        }
                        throw e.getCause();
                    }
                });
    }

    private void note(
            String name, Object @Nullable [] arguments, @Nullable Object answer, @Nullable KernelEvidence refusal) {
        calls.add(new Call(
                name,
                arguments == null ? List.of() : List.of(arguments),
                Optional.ofNullable(answer),
                Optional.ofNullable(refusal),
                facts.getAsLong()));
    }

    /** ENOTTY means that a device has no such feature, which the port tells as an answer. */
    private Object refused(String name) throws KernelRefused {
        if (name.equals("hasFeature") && errno.equals(Errno.ENOTTY)) {
            return false;
        }
        throw new KernelRefused(name, errno);
    }
}
