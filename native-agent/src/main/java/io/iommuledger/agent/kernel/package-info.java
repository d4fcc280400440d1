/**
 * The port to the kernel, at the level of single VFIO system calls. Two implementations: {@code linux} through JNA and
 * {@code simulated}, a software IOMMU. Neither keeps books of its own; what stands where is the fold's business.
 */
@NullMarked
package io.iommuledger.agent.kernel;

import org.jspecify.annotations.NullMarked;
