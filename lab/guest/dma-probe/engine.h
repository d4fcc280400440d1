#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pci-device.h"

#define TAG 16 /* bytes of a tag, with its NUL */

/* Lets edu write TEXT to IOVA, unless it is NULL, and read what stands there then, zeros if nothing comes.
 * Between memory and edu's buffer lies a page of our own that CONTAINER maps for the length of the visit.
 * False: edu is not attached to this container. */
bool engine_visit(struct pci_device *edu, int container, uint64_t iova, const uint8_t *text, uint8_t found[TAG]);
