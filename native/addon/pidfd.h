/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes that are named by pid and start time: what is done to them is done through a pidfd, so that no later process of that pid is ever meant.
 * `start_ns`: ns between boot and fork, as the kernel side tells it. Compared at the resolution of /proc (ticks of 10 ms).
 */
#ifndef TARSIER_PIDFD_H
#define TARSIER_PIDFD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A pidfd (close it), or -errno: -ESRCH when the process is gone or another has its pid. */
int pidfd_of(pid_t pid, uint64_t start_ns);

/* 0 or -errno: -ESRCH as above, -EPERM for the first process and for the caller, -EINVAL for no signal. */
int pidfd_signal(pid_t pid, uint64_t start_ns, int signal);

/*
 * Cookies (SO_COOKIE) of the IPv4 and IPv6 sockets that the process holds, malloc'ed; at most PIDFD_SOCKETS_MAX. 0 or -errno.
 */
#define PIDFD_SOCKETS_MAX 65536
int pidfd_sockets(pid_t pid, uint64_t start_ns, uint64_t **cookies, size_t *count);

#endif
