#define _GNU_SOURCE
#include "dmar-log.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "../fail.h"
#include "pci-device.h"

int dmar_log_open(void)
{
    int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (log < 0 || lseek(log, 0, SEEK_END) < 0)
        FAIL_ERRNO("open /dev/kmsg at its end");
    return log;
}

/* DMAR: [DMA Read NO_PASID] Request device [04:00.0] fault addr 0x1000000 [fault reason 0x06] ... */
static bool tells_of(const char *record, const char *access, uint64_t iova)
{
    char kind[32];
    snprintf(kind, sizeof kind, "DMAR: [DMA %s", access);
    const char *address = strstr(record, "fault addr ");
    return strstr(record, kind) && address
           && strtoull(address + strlen("fault addr "), NULL, 16) / PAGE == iova / PAGE;
}

/* One read gives one record. EPIPE: records were overwritten before we read them; the next read goes on after them. */
static bool unread_records_tell_of(int log, const char *access, uint64_t iova)
{
    char record[8192];
    for (;;) {
        ssize_t n = read(log, record, sizeof record - 1);
        if (n < 0 && errno == EPIPE)
            continue;
        if (n < 0 && errno == EAGAIN)
            return false;
        if (n < 0)
            FAIL_ERRNO("read /dev/kmsg");
        record[n] = 0;
        if (tells_of(record, access, iova))
            return true;
    }
}

static long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool dmar_log_has(int log, const char *access, uint64_t iova, int milliseconds)
{
    long deadline = now_ms() + milliseconds;
    for (;;) {
        if (unread_records_tell_of(log, access, iova))
            return true;
        long left = deadline - now_ms();
        if (left <= 0)
            return false;
        poll(&(struct pollfd){.fd = log, .events = POLLIN}, 1, left);
    }
}

unsigned long dmar_interrupts(void)
{
    FILE *file = fopen("/proc/interrupts", "r");
    if (!file)
        FAIL_ERRNO("open /proc/interrupts");
    unsigned long sum = 0;
    char line[1024];
    while (fgets(line, sizeof line, file)) {
        char *counts = strchr(line, ':');
        if (!counts || !strstr(line, "dmar"))
            continue;
        /* One count for each CPU, up to the first word. */
        char *end = ++counts;
        for (unsigned long count; count = strtoul(counts, &end, 10), end != counts; counts = end)
            sum += count;
    }
    fclose(file);
    return sum;
}
