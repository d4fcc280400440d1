#define _GNU_SOURCE
#include "pci-device.h"

#include <linux/vfio.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../fail.h"

#define COMMAND_REGISTER 0x04
#define BAR_REGISTER(i) (0x10 + 4 * (i))
#define BARS 6
#define IO_RESOURCE 0x100 /* IORESOURCE_IO in the third column of sysfs' resource file */

static struct vfio_region_info region(int fd, int index)
{
    struct vfio_region_info region = {.argsz = sizeof region, .index = index};
    if (ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &region))
        FAIL_ERRNO("VFIO_DEVICE_GET_REGION_INFO index=%d", index);
    return region;
}

static uint32_t config_read(int fd, unsigned at, size_t bytes)
{
    uint32_t value = 0;
    if (pread(fd, &value, bytes, region(fd, VFIO_PCI_CONFIG_REGION_INDEX).offset + at) != (ssize_t)bytes)
        FAIL_ERRNO("read %zu bytes of configuration space at 0x%x", bytes, at);
    return value;
}

static void command_write(int fd, uint16_t command)
{
    off_t at = region(fd, VFIO_PCI_CONFIG_REGION_INDEX).offset + COMMAND_REGISTER;
    if (pwrite(fd, &command, sizeof command, at) != sizeof command)
        FAIL_ERRNO("write command=0x%04x to configuration space", command);
}

bool pci_is(int fd, uint16_t vendor, uint16_t device)
{
    return config_read(fd, 0, sizeof(uint32_t)) == ((uint32_t)device << 16 | vendor);
}

bool pci_is_at(int fd, const char *bdf)
{
    char path[96];
    snprintf(path, sizeof path, "/sys/bus/pci/devices/%s/resource", bdf);
    FILE *resources = fopen(path, "r");
    if (!resources)
        FAIL_ERRNO("open %s", path);
    int agreeing = 0, differing = 0;
    unsigned long long start, last, flags;
    for (int i = 0; i < BARS && fscanf(resources, "%llx %llx %llx", &start, &last, &flags) == 3; i++) {
        if (!start || flags & IO_RESOURCE)
            continue;
        /* The upper half of a 64-bit BAR stands in the next register, whose line here is zero. */
        bool agrees = (config_read(fd, BAR_REGISTER(i), 4) & ~0xfU) == (uint32_t)start;
        agrees ? agreeing++ : differing++;
    }
    fclose(resources);
    return agreeing && !differing;
}

struct pci_device pci_use(int fd, uint16_t command)
{
    struct pci_device device = {.fd = fd, .command_before = config_read(fd, COMMAND_REGISTER, 2)};
    command_write(fd, device.command_before | command);
    for (int i = 0; i < BARS; i++) {
        struct vfio_region_info bar = region(fd, i);
        if (bar.size < PAGE || !(bar.flags & VFIO_REGION_INFO_FLAG_MMAP))
            continue;
        void *mapped = mmap(NULL, bar.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, bar.offset);
        if (mapped == MAP_FAILED)
            FAIL_ERRNO("mmap BAR%d size=0x%llx", i, (unsigned long long)bar.size);
        device.bar = mapped;
        device.bar_size = bar.size;
        return device;
    }
    FAIL("the device has no mappable BAR of a page or more");
}

void pci_leave(struct pci_device *device)
{
    munmap((void *)device->bar, device->bar_size);
    command_write(device->fd, device->command_before);
}
