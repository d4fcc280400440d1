package io.iommuledger.cli;

import io.iommuledger.cli.client.Failure;
import java.util.Optional;

/** What goes on for long outlives a server that is away for a while; it has been there once. */
final class Retrying {
    private final Asking asking;
    private boolean reached;
    private boolean told;

    /** A look at a server. */
    interface Look<T> {
        T get() throws Failure;
    }

    Retrying(Asking asking) {
        this.asking = asking;
    }

    /** It has been there, even if the rest of a look does not come. */
    void reached() {
        reached = true;
    }

    /** @return empty if there is nothing new, or nobody to ask; it is said once that there is nobody */
    <T> Optional<T> get(Look<T> look) throws Failure {
        try {
            T seen = look.get();
            reached = true;
            told = false;
            return Optional.of(seen);
        } catch (Failure failure) {
            if (failure.kind() == Failure.Kind.REFUSED || (failure.kind() == Failure.Kind.UNREACHABLE && !reached)) {
                throw failure;
            }
            if (failure.kind() == Failure.Kind.UNREACHABLE && !told) {
                asking.note("iommu-ledger: " + failure.what() + "; trying again");
                told = true;
            }
            return Optional.empty();
        }
    }
}
