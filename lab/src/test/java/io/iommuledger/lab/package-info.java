/** A machine with an IOMMU and a stock Linux kernel, emulated by QEMU, to try the agent in. */
@NullMarked
package io.iommuledger.lab;

import org.jspecify.annotations.NullMarked;
