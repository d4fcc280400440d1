/*
 * The cost of a mapping from C: map-loop GROUP BDF COUNT maps and unmaps one anonymous 4 KiB page COUNT times at one
 * IOVA of a container of its own, and prints the mean of a map and its unmap together.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "fail.h"

#define IOVA 0x100000UL
#define PAGE 4096UL

/* The group and device files stay open until the program ends: the container has an IOMMU only as long as they do. */
static int open_container(const char *group_number, const char *bdf)
{
    char path[64];
    snprintf(path, sizeof path, "/dev/vfio/%s", group_number);
    int container = open("/dev/vfio/vfio", O_RDWR);
    if (container < 0)
        FAIL_ERRNO("open /dev/vfio/vfio");
    int group = open(path, O_RDWR);
    if (group < 0)
        FAIL_ERRNO("open %s", path);
    if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container))
        FAIL_ERRNO("VFIO_GROUP_SET_CONTAINER group=%s", group_number);
    if (ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
        FAIL_ERRNO("VFIO_SET_IOMMU type1v2");
    if (ioctl(group, VFIO_GROUP_GET_DEVICE_FD, bdf) < 0)
        FAIL_ERRNO("VFIO_GROUP_GET_DEVICE_FD %s", bdf);
    return container;
}

static void map_and_unmap(int container, void *page)
{
    struct vfio_iommu_type1_dma_map map = {
        .argsz = sizeof map,
        .flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
        .vaddr = (uintptr_t)page,
        .iova = IOVA,
        .size = PAGE,
    };
    if (ioctl(container, VFIO_IOMMU_MAP_DMA, &map))
        FAIL_ERRNO("VFIO_IOMMU_MAP_DMA iova=0x%lx", IOVA);
    struct vfio_iommu_type1_dma_unmap unmap = {.argsz = sizeof unmap, .iova = IOVA, .size = PAGE};
    if (ioctl(container, VFIO_IOMMU_UNMAP_DMA, &unmap))
        FAIL_ERRNO("VFIO_IOMMU_UNMAP_DMA iova=0x%lx", IOVA);
    if (unmap.size != PAGE)
        FAIL("the kernel unmapped 0x%llx bytes of 0x%lx", (unsigned long long)unmap.size, PAGE);
}

int main(int argc, char **argv)
{
    long count = argc == 4 ? strtol(argv[3], NULL, 10) : 0;
    if (count <= 0)
        FAIL("usage: map-loop GROUP BDF COUNT");
    int container = open_container(argv[1], argv[2]);
    void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (page == MAP_FAILED)
        FAIL_ERRNO("mmap a page");

    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (long i = 0; i < count; i++)
        map_and_unmap(container, page);
    clock_gettime(CLOCK_MONOTONIC, &end);
    long nanos = (end.tv_sec - begin.tv_sec) * 1000000000L + end.tv_nsec - begin.tv_nsec;
    printf("map-unmap ns/op: %ld\n", nanos / count);
    return 0;
}
