/**
 * A machine in software: an IOMMU, PCI functions and an address space that answer the kernel port as Linux answers it,
 * with the order of the kernel's checks. It drives no hardware and needs no privilege. Not modelled: dirty tracking, live
 * update of addresses (the VADDR flags), mediated devices, and interrupts that fire.
 */
@NullMarked
package io.iommuledger.agent.simulated;

import org.jspecify.annotations.NullMarked;
