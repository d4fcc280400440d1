#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE 4096UL

/* PCI command register */
#define MEMORY_DECODING 0x2
#define BUS_MASTERING 0x4

/* A VFIO device in use: its BAR mapped, its command register as it was before. */
struct pci_device {
    int fd;
    uint16_t command_before;
    volatile uint8_t *bar;
    size_t bar_size;
};

/* Whether the device's identity is VENDOR:DEVICE. */
bool pci_is(int fd, uint16_t vendor, uint16_t device);

/* Whether the device stands at BDF: VFIO does not say, but the addresses in its BARs do. */
bool pci_is_at(int fd, const char *bdf);

/* Sets COMMAND bits in the command register and maps the first mappable BAR of at least a page. */
struct pci_device pci_use(int fd, uint16_t command);

/* Unmaps the BAR and puts the command register back. */
void pci_leave(struct pci_device *device);
