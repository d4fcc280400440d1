#define _GNU_SOURCE
#include "edu.h"

#include <unistd.h>

#include "../fail.h"

enum { SOURCE = 0x80, DESTINATION = 0x88, COUNT = 0x90, COMMAND = 0x98 };
enum { START = 1, FROM_BUFFER = 2 };

#define BUFFER 0x40000UL /* its address on the device's own side of a transfer */
#define POLL_MICROSECONDS 500
#define POLLS 20000

static volatile uint64_t *reg(struct pci_device *edu, unsigned at)
{
    return (volatile uint64_t *)(edu->bar + at);
}

static void transfer(struct pci_device *edu, uint64_t source, uint64_t destination, unsigned count, unsigned command)
{
    *reg(edu, SOURCE) = source;
    *reg(edu, DESTINATION) = destination;
    *reg(edu, COUNT) = count;
    *reg(edu, COMMAND) = command | START;
    for (int i = 0; i < POLLS; i++) {
        if (!(*reg(edu, COMMAND) & START))
            return;
        usleep(POLL_MICROSECONDS);
    }
    FAIL("edu did not finish a DMA of %u bytes, source=0x%lx, destination=0x%lx", count, source, destination);
}

void edu_reads(struct pci_device *edu, uint64_t iova, unsigned offset, unsigned count)
{
    transfer(edu, iova, BUFFER + offset, count, 0);
}

void edu_writes(struct pci_device *edu, unsigned offset, uint64_t iova, unsigned count)
{
    transfer(edu, BUFFER + offset, iova, count, FROM_BUFFER);
}
