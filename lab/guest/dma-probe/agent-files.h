#pragma once

#include <sys/types.h>

#define FILES_MAX 64

/* Duplicates of files that another process holds open. They share the open file with their owner, so a device or a
 * container stays open in the kernel until the duplicate is closed too. */
struct files {
    int count;
    int fd[FILES_MAX];
};

/* The one process whose main class is the agent's. */
pid_t agent_find(void);

/* Duplicates the files of PID whose /proc/PID/fd link reads TARGET, in the order of their numbers. */
struct files agent_files(pid_t pid, const char *target);

void files_close(struct files *files);
