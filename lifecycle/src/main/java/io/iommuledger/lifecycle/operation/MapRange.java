package io.iommuledger.lifecycle.operation;

import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.DmaAccess;

/** One range of a map request. */
public record MapRange(IovaRange iova, DmaAccess access, BackingRequest backing) {}
