package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;

/** A mapping is about to be installed. */
public record MapRequested(long mapping, long context, IovaRange iova, DmaAccess access, Backing backing)
        implements Intent {}
