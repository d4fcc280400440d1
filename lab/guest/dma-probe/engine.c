#define _GNU_SOURCE
#include "engine.h"

#include <linux/vfio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>

#include "../fail.h"
#include "dmar-log.h"
#include "edu.h"

#define BOUNCE_IOVA 0x0fff0000UL /* tests stay away from it */
#define RETURNED 64              /* where in the bounce page edu's answers arrive */
#define WORD 4                   /* the unit in which QEMU gives up an access that the IOMMU refuses */

/* False where the container has no IOMMU yet, or has lost it: EINVAL. */
static bool map_bounce(int container, uint8_t *bounce)
{
    struct vfio_iommu_type1_dma_map map = {
        .argsz = sizeof map,
        .flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
        .vaddr = (uintptr_t)bounce,
        .iova = BOUNCE_IOVA,
        .size = PAGE,
    };
    if (!ioctl(container, VFIO_IOMMU_MAP_DMA, &map))
        return true;
    if (errno != EINVAL)
        FAIL_ERRNO("VFIO_IOMMU_MAP_DMA of the bounce page, iova=0x%lx", BOUNCE_IOVA);
    return false;
}

static void unmap_bounce(int container)
{
    struct vfio_iommu_type1_dma_unmap unmap = {.argsz = sizeof unmap, .iova = BOUNCE_IOVA, .size = PAGE};
    if (ioctl(container, VFIO_IOMMU_UNMAP_DMA, &unmap))
        FAIL_ERRNO("VFIO_IOMMU_UNMAP_DMA of the bounce page, iova=0x%lx", BOUNCE_IOVA);
}

/* What goes into edu's buffer, and what comes back from it: at the start of the bounce page, and at RETURNED. */
struct exchange {
    uint8_t nonce[TAG]; /* comes back only if edu is attached to this container */
    uint8_t text[TAG];
    uint8_t found[TAG];
};

static void back(struct pci_device *edu)
{
    edu_writes(edu, 0, BOUNCE_IOVA + RETURNED, sizeof(struct exchange));
}

/* The first word alone, and the rest unless that faulted: a fault of its own for each word, as QEMU would report, uses
 * up the kernel's rate limit of fault lines. */
static void read_at(struct pci_device *edu, uint64_t iova)
{
    unsigned long before = dmar_interrupts();
    edu_reads(edu, iova, offsetof(struct exchange, found), WORD);
    if (dmar_interrupts() == before)
        edu_reads(edu, iova + WORD, offsetof(struct exchange, found) + WORD, TAG - WORD);
}

static bool visit(struct pci_device *edu, uint64_t iova, const uint8_t *text, uint8_t *bounce, uint8_t found[TAG])
{
    struct exchange *sent = (struct exchange *)bounce;
    struct exchange *returned = (struct exchange *)(bounce + RETURNED);
    if (getrandom(sent->nonce, TAG, 0) != TAG)
        FAIL_ERRNO("getrandom");
    edu_reads(edu, BOUNCE_IOVA, 0, sizeof *sent);
    if (text) {
        /* Nothing is written before it is sure that it goes to this container's memory. */
        back(edu);
        if (memcmp(returned->nonce, sent->nonce, TAG))
            return false;
        edu_writes(edu, offsetof(struct exchange, text), iova, TAG);
    }
    read_at(edu, iova);
    back(edu);
    memcpy(found, returned->found, TAG);
    return !memcmp(returned->nonce, sent->nonce, TAG);
}

bool engine_visit(struct pci_device *edu, int container, uint64_t iova, const uint8_t *text, uint8_t found[TAG])
{
    uint8_t *bounce = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bounce == MAP_FAILED)
        FAIL_ERRNO("mmap the bounce page");
    if (text)
        memcpy(((struct exchange *)bounce)->text, text, TAG);
    bool attached = map_bounce(container, bounce);
    if (attached) {
        attached = visit(edu, iova, text, bounce, found);
        unmap_bounce(container);
    }
    munmap(bounce, PAGE);
    return attached;
}
