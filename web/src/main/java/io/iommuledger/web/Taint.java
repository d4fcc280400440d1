package io.iommuledger.web;

import io.iommuledger.lifecycle.host.HostId;
import java.util.Optional;

/** What a side knows of a host's taint. */
public interface Taint {

    /** Whether any policy in force in the host's newest epoch has been weaker than the default; empty if nobody knows it. */
    Optional<Boolean> of(HostId host);
}
