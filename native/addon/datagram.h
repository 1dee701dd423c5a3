/* SPDX-License-Identifier: Apache-2.0 */
/* Messages to datagram sockets of this host, which Node cannot open: /dev/log of rsyslog and journald is one. */
#ifndef TARSIER_DATAGRAM_H
#define TARSIER_DATAGRAM_H

#include <stddef.h>

/* One message; never waits. 0, or -errno: -EPROTOTYPE when `path` is a stream socket, -EAGAIN when its reader is behind. */
int datagram_send(const char *path, const void *bytes, size_t length);

#endif
