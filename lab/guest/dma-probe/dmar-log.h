#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The kernel log from now on. */
int dmar_log_open(void);

/* Whether the log has a line of an IOMMU fault that ACCESS ("Read" or "Write") to IOVA's page caused; waits for it. */
bool dmar_log_has(int log, const char *access, uint64_t iova, int milliseconds);

/* Fault interrupts of all IOMMUs so far. They count also where the kernel's rate limit hides the line. */
unsigned long dmar_interrupts(void);
