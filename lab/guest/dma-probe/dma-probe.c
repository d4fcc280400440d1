/*
 * What a device finds at an IOVA, seen by a real DMA of QEMU's edu device through the files that the agent holds open.
 *
 *   dma-probe IOVA               one line: "read TAG", "none", "fault" or "no-engine"
 *   dma-probe --tag IOVA TEXT    edu writes TEXT, 15 bytes at most, to IOVA: "tagged", "none", "fault" or "no-engine"
 *   dma-probe --tag-bar BDF TEXT the CPU writes "TEXT:PAGE" at each page of the device's BAR: "tagged"
 *
 * Options: --pid PID of the agent (else the one that runs), --container N (else the one that edu is attached to).
 * "none": nothing stood there, or zeros, and the IOMMU did not complain. "no-engine": the agent does not have edu open,
 * or edu is not attached to a container of the agent's. A tag that a read-only mapping refuses is "none" too where QEMU
 * has the translation cached: it reports no fault then. Needs root. All it opens and maps is gone when it ends.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <getopt.h>

#include "../fail.h"
#include "agent-files.h"
#include "dmar-log.h"
#include "edu.h"
#include "engine.h"

/* The kernel logs some 10 lines of faults in 5 s; each fault takes 3 of them (two lines, and the end of its loop), so
 * the fourth in a row goes unlogged. All attempts together outlast that interval. */
#define ATTEMPTS 6
#define LOG_WAIT_MS 1000

static void print_read(const uint8_t found[TAG])
{
    printf("read ");
    for (int i = 0; i < TAG && found[i]; i++)
        isprint(found[i]) ? printf("%c", found[i]) : printf("\\x%02x", found[i]);
    printf("\n");
}

static bool is_zero(const uint8_t found[TAG])
{
    for (int i = 0; i < TAG; i++)
        if (found[i])
            return false;
    return true;
}

/* Prints the answer of one container; false: edu is not in it. */
static bool answer(struct pci_device *edu, int container, uint64_t iova, const uint8_t *text)
{
    int log = dmar_log_open();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        uint8_t found[TAG] = {0};
        unsigned long before = dmar_interrupts();
        if (!engine_visit(edu, container, iova, text, found))
            return false;
        if (text ? !memcmp(found, text, TAG) : !is_zero(found))
            return text ? puts("tagged") : print_read(found), true;
        /* The count tells of a fault also when the rate limit holds its line back: then once more. */
        bool faulted = dmar_interrupts() != before;
        if (dmar_log_has(log, text ? "Write" : "Read", iova, faulted ? LOG_WAIT_MS : 0))
            return puts("fault"), true;
        if (!faulted)
            return puts("none"), true;
    }
    FAIL("the IOMMU faulted, but the kernel log has no line of iova=0x%lx", iova);
}

static void dma(pid_t pid, int chosen, uint64_t iova, const uint8_t *text)
{
    struct files devices = agent_files(pid, "anon_inode:[vfio-device]");
    struct files containers = agent_files(pid, "/dev/vfio/vfio");
    int fd = -1;
    for (int i = 0; i < devices.count; i++)
        if (pci_is(devices.fd[i], EDU_VENDOR, EDU_DEVICE))
            fd = devices.fd[i];
    if (chosen >= containers.count)
        FAIL("--container %d: the agent has %d", chosen, containers.count);
    bool answered = false;
    if (fd >= 0) {
        struct pci_device edu = pci_use(fd, MEMORY_DECODING | BUS_MASTERING);
        for (int i = 0; i < containers.count && !answered; i++)
            if (chosen < 0 || chosen == i)
                answered = answer(&edu, containers.fd[i], iova, text);
        pci_leave(&edu);
    }
    if (!answered)
        puts("no-engine");
    files_close(&devices);
    files_close(&containers);
}

static void tag_bar(pid_t pid, const char *bdf, const char *text)
{
    struct files devices = agent_files(pid, "anon_inode:[vfio-device]");
    for (int i = 0; i < devices.count; i++) {
        if (!pci_is_at(devices.fd[i], bdf))
            continue;
        struct pci_device device = pci_use(devices.fd[i], MEMORY_DECODING);
        for (size_t page = 0; page < device.bar_size / PAGE; page++)
            if (snprintf((char *)device.bar + page * PAGE, TAG, "%s:%zu", text, page) >= TAG)
                FAIL("a tag has at most %d bytes: %s:%zu", TAG - 1, text, page);
        pci_leave(&device);
        files_close(&devices);
        puts("tagged");
        return;
    }
    FAIL("process %d does not have %s open", pid, bdf);
}

static uint64_t number(const char *text)
{
    char *end;
    errno = 0;
    uint64_t value = strtoull(text, &end, 0);
    if (errno || *end || end == text)
        FAIL("not a number: %s", text);
    return value;
}

int main(int argc, char **argv)
{
    enum { PROBE, DMA_TAG, BAR_TAG } task = PROBE;
    pid_t pid = 0;
    int container = -1;
    static const struct option options[] = {
        {"pid", required_argument, NULL, 'p'}, {"container", required_argument, NULL, 'c'},
        {"tag", no_argument, NULL, 't'},       {"tag-bar", no_argument, NULL, 'b'},
        {0},
    };
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
        case 'p': pid = number(optarg); break;
        case 'c': container = number(optarg); break;
        case 't': task = DMA_TAG; break;
        case 'b': task = BAR_TAG; break;
        default: return 1;
        }
    }
    if (argc - optind != (task == PROBE ? 1 : 2))
        FAIL("usage: dma-probe [--pid PID] [--container N] IOVA | --tag IOVA TEXT | --tag-bar BDF TEXT");
    char **words = argv + optind;
    uint8_t text[TAG] = {0};
    if (task == DMA_TAG && snprintf((char *)text, TAG, "%s", words[1]) >= TAG)
        FAIL("a tag has at most %d bytes: %s", TAG - 1, words[1]);

    if (!pid)
        pid = agent_find();
    if (task == BAR_TAG)
        tag_bar(pid, words[0], words[1]);
    else
        dma(pid, container, number(words[0]), task == DMA_TAG ? text : NULL);
    return 0;
}
