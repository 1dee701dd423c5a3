// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "packets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* draft-ietf-opsawg-pcap: times in ns, in the order of the host. */
#define PCAP_MAGIC_NS 0xa1b23c4du
/* LINKTYPE_LINUX_SLL2: every interface of a namespace, whatever its link layer, in one file. */
#define LINKTYPE_SLL2 276
#define SNAPLEN_MAX 65535
#define FIRST_ROOM (64 * 1024)
#define MS_PER_S 1000
/* How often it is looked whether somebody wants it to end. */
#define LOOK_MS 50
#define NS_PER_MS 1000000

struct pcap_header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, accuracy, snaplen, linktype;
};

struct pcap_record {
	uint32_t seconds, nanoseconds, captured, length;
};

/* All in network order. */
struct sll2 {
	uint16_t protocol, reserved;
	uint32_t interface;
	uint16_t hardware;
	uint8_t kind, address_length;
	uint8_t address[8];
};

_Static_assert(sizeof(struct pcap_header) == 24 && sizeof(struct pcap_record) == 16 && sizeof(struct sll2) == 20, "no padding");

/* Counts up with each wish that windows end. */
static _Atomic unsigned int ends;

void packets_end_all(void)
{
	ends++;
}

/* ---- the socket ---- */

struct opening {
	pid_t pid;
	int fd;		/* or -errno */
};

/* A thread of its own: it is never used for anything else, so nobody has to bring it back into its namespace. */
static void *open_there(void *argument)
{
	struct opening *opening = argument;
	char path[32];
	int on = 1;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)opening->pid);
	int namespace = open(path, O_RDONLY | O_CLOEXEC);

	if (namespace < 0 || setns(namespace, CLONE_NEWNET)) {
		opening->fd = -errno;
	} else {
		opening->fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ETH_P_ALL));
		if (opening->fd < 0)
			opening->fd = -errno;
		else
			setsockopt(opening->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	}
	if (namespace >= 0)
		close(namespace);
	return NULL;
}

/* The socket stays in the namespace in which it was made. */
static int open_socket(pid_t pid)
{
	struct opening opening = { .pid = pid };
	pthread_t thread;
	int error = pthread_create(&thread, NULL, open_there, &opening);

	if (error)
		return -error;
	pthread_join(thread, NULL);
	return opening.fd;
}

/* ---- the file ---- */

struct file {
	uint8_t *bytes;
	size_t length, room, most;
};

/* False when there is no room for so much more. */
static int make_room(struct file *file, size_t more)
{
	if (more > file->most - file->length)
		return -ENOSPC;
	size_t room = file->room ? file->room : FIRST_ROOM;

	while (room < file->length + more)
		room *= 2;
	if (room == file->room)
		return 0;
	uint8_t *bytes = realloc(file->bytes, room);

	if (!bytes)
		return -ENOMEM;
	file->bytes = bytes;
	file->room = room;
	return 0;
}

static void append(struct file *file, const void *bytes, size_t length)
{
	memcpy(file->bytes + file->length, bytes, length);
	file->length += length;
}

static int begin_file(struct file *file, uint32_t snaplen)
{
	const struct pcap_header header = {
		.magic = PCAP_MAGIC_NS, .major = 2, .minor = 4, .snaplen = snaplen + sizeof(struct sll2), .linktype = LINKTYPE_SLL2,
	};
	int error = make_room(file, sizeof(header));

	if (!error)
		append(file, &header, sizeof(header));
	return error;
}

/* ---- a packet ---- */

static struct timespec time_of(struct msghdr *message)
{
	struct timespec time;

	for (struct cmsghdr *one = CMSG_FIRSTHDR(message); one; one = CMSG_NXTHDR(message, one)) {
		if (one->cmsg_level == SOL_SOCKET && one->cmsg_type == SCM_TIMESTAMPNS) {
			memcpy(&time, CMSG_DATA(one), sizeof(time));
			return time;
		}
	}
	clock_gettime(CLOCK_REALTIME, &time);
	return time;
}

static struct sll2 link_of(const struct sockaddr_ll *from)
{
	struct sll2 link = {
		.protocol = from->sll_protocol, .interface = htonl((uint32_t)from->sll_ifindex), .hardware = htons(from->sll_hatype),
		.kind = from->sll_pkttype, .address_length = from->sll_halen,
	};

	memcpy(link.address, from->sll_addr, sizeof(link.address));
	return link;
}

struct taking {
	int fd;
	uint32_t snaplen;
	struct file file;
	uint64_t count, left_out;
	uint8_t payload[SNAPLEN_MAX];
};

/* 1: one was read; 0: none is there; else -errno. */
static int read_one(struct taking *taking)
{
	struct sockaddr_ll from = { 0 };
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(struct timespec))];
	} control;
	struct iovec part = { taking->payload, taking->snaplen };
	struct msghdr message = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &part, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	/* MSG_TRUNC: the length that it had. */
	ssize_t length = recvmsg(taking->fd, &message, MSG_DONTWAIT | MSG_TRUNC);

	/* ENETDOWN: an interface went away. */
	if (length < 0)
		return errno == EAGAIN || errno == EINTR || errno == ENETDOWN ? 0 : -errno;
	uint32_t captured = (size_t)length < taking->snaplen ? (uint32_t)length : taking->snaplen;
	struct sll2 link = link_of(&from);
	struct timespec time = time_of(&message);
	const struct pcap_record record = {
		.seconds = (uint32_t)time.tv_sec, .nanoseconds = (uint32_t)time.tv_nsec,
		.captured = captured + (uint32_t)sizeof(link), .length = (uint32_t)length + (uint32_t)sizeof(link),
	};
	int error = make_room(&taking->file, sizeof(record) + record.captured);

	if (error) {
		taking->left_out++;
		return error == -ENOSPC ? 1 : error;
	}
	append(&taking->file, &record, sizeof(record));
	append(&taking->file, &link, sizeof(link));
	append(&taking->file, taking->payload, captured);
	taking->count++;
	return 1;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}

/* A flood does not keep it longer than it may take. */
static int read_until(struct taking *taking, int64_t end_ms)
{
	struct pollfd ready = { .fd = taking->fd, .events = POLLIN };

	const unsigned int ended = ends;

	for (int64_t left; ended == ends && (left = end_ms - now_ms()) > 0;) {
		int result = read_one(taking);

		if (result < 0)
			return result;
		if (result == 0 && poll(&ready, 1, (int)(left < LOOK_MS ? left : LOOK_MS)) < 0 && errno != EINTR)
			return -errno;
	}
	return 0;
}

int packets_take(pid_t pid, const struct packets_bounds *bounds, struct packets *packets)
{
	struct tpacket_stats stats = { 0 };
	socklen_t length = sizeof(stats);
	struct taking *taking = calloc(1, sizeof(*taking));

	if (!taking)
		return -ENOMEM;
	taking->snaplen = bounds->snaplen < SNAPLEN_MAX ? bounds->snaplen : SNAPLEN_MAX;
	taking->file.most = bounds->bytes;
	int64_t end_ms = now_ms() + bounds->ms;
	int error = begin_file(&taking->file, taking->snaplen);

	if (!error) {
		taking->fd = open_socket(pid);
		error = taking->fd < 0 ? taking->fd : read_until(taking, end_ms);
	}
	if (!error) {
		getsockopt(taking->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &length);
		*packets = (struct packets){ taking->file.bytes, taking->file.length, taking->count, taking->left_out + stats.tp_drops };
	} else {
		free(taking->file.bytes);
	}
	if (taking->fd > 0)
		close(taking->fd);
	free(taking);
	return error;
}
