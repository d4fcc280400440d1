#pragma once

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the program with a message; FAIL_ERRNO adds what the kernel answered, by name and value. */
#define FAIL(...) (fprintf(stderr, __VA_ARGS__), fputc('\n', stderr), exit(1))
#define FAIL_ERRNO(...) fail_errno(errno, __VA_ARGS__)
#define fail_errno(error, ...)                                                        \
    do {                                                                              \
        int fail_error = (error);                                                     \
        fprintf(stderr, __VA_ARGS__);                                                 \
        fprintf(stderr, ": %s (%d)\n", strerrorname_np(fail_error), fail_error);      \
        exit(1);                                                                      \
    } while (0)
