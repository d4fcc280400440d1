#pragma once

#include <stdint.h>

#include "pci-device.h"

/* QEMU's toy device with a DMA engine (docs/specs/edu.txt): a buffer of a page, copied to or from the bus. */
#define EDU_VENDOR 0x1234
#define EDU_DEVICE 0x11e8

/* The device reads COUNT bytes at IOVA into its buffer at OFFSET; about 100 ms. */
void edu_reads(struct pci_device *edu, uint64_t iova, unsigned offset, unsigned count);

/* The device writes COUNT bytes of its buffer at OFFSET to IOVA. */
void edu_writes(struct pci_device *edu, unsigned offset, uint64_t iova, unsigned count);
