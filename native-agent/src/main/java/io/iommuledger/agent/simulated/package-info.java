/**
 * A machine in software: an IOMMU, PCI functions and an address space that answer the kernel port as Linux answers it,
 * with the order of the kernel's checks. It drives no hardware and needs no privilege. Not modelled: limits of locked
 * memory, dirty tracking, live update of addresses (the VADDR flags), interrupts that fire, low-power states, and the
 * kernel bug before 6.18 that loses mappings at the very top of a 64-bit aperture.
 */
@NullMarked
package io.iommuledger.agent.simulated;

import org.jspecify.annotations.NullMarked;
