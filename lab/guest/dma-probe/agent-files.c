#define _GNU_SOURCE
#include "agent-files.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "../fail.h"

#define AGENT_PACKAGE "io.iommuledger.agent."

/* Whether an argument of its own begins with the agent's package: a shell that merely mentions it does not count. */
static bool is_agent(pid_t pid)
{
    char path[64], line[16384];
    snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    size_t n = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[n] = 0;
    for (char *argument = line; argument < line + n; argument += strlen(argument) + 1)
        if (!strncmp(argument, AGENT_PACKAGE, strlen(AGENT_PACKAGE)))
            return true;
    return false;
}

pid_t agent_find(void)
{
    pid_t found = 0;
    DIR *proc = opendir("/proc");
    if (!proc)
        FAIL_ERRNO("open /proc");
    for (struct dirent *entry; (entry = readdir(proc));) {
        pid_t pid = isdigit(entry->d_name[0]) ? atoi(entry->d_name) : 0;
        if (!pid || pid == getpid() || !is_agent(pid))
            continue;
        if (found)
            FAIL("two agents run, %d and %d: choose with --pid", found, pid);
        found = pid;
    }
    closedir(proc);
    if (!found)
        FAIL("no process runs a main class of " AGENT_PACKAGE "*");
    return found;
}

static int by_number(const void *left, const void *right)
{
    return *(const int *)left - *(const int *)right;
}

struct files agent_files(pid_t pid, const char *target)
{
    struct files files = {0};
    char path[64], link[64];
    snprintf(path, sizeof path, "/proc/%d/fd", pid);
    DIR *directory = opendir(path);
    if (!directory)
        FAIL_ERRNO("open %s", path);
    for (struct dirent *entry; (entry = readdir(directory));) {
        ssize_t n = readlinkat(dirfd(directory), entry->d_name, link, sizeof link - 1);
        if (n < 0 || (size_t)n != strlen(target) || strncmp(link, target, n))
            continue;
        if (files.count == FILES_MAX)
            FAIL("process %d holds more than %d files %s", pid, FILES_MAX, target);
        files.fd[files.count++] = atoi(entry->d_name);
    }
    closedir(directory);
    qsort(files.fd, files.count, sizeof files.fd[0], by_number);

    int process = pidfd_open(pid, 0);
    if (process < 0)
        FAIL_ERRNO("pidfd_open pid=%d", pid);
    for (int i = 0; i < files.count; i++) {
        int number = files.fd[i];
        files.fd[i] = pidfd_getfd(process, number, 0);
        if (files.fd[i] < 0)
            FAIL_ERRNO("pidfd_getfd pid=%d fd=%d %s", pid, number, target);
    }
    close(process);
    return files;
}

void files_close(struct files *files)
{
    while (files->count)
        close(files->fd[--files->count]);
}
