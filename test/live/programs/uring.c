// uring [--sqpoll] OPERATION [ARGUMENT…]: does one operation through io_uring, by raw system calls, and prints `result N`
// for each request.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { OP_SOCKET = 45, OP_BIND = 56, OP_LISTEN = 57 }; /* newer than some headers */

struct ring {
	int fd;
	unsigned flags;
	struct io_uring_params p;
	char *sq, *cq;
	struct io_uring_sqe *sqes;
};

static void must(int ok, const char *what)
{
	if (!ok) {
		perror(what);
		exit(1);
	}
}

static void *map(struct ring *r, size_t size, off_t at)
{
	void *to = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd, at);

	must(to != MAP_FAILED, "mmap");
	return to;
}

static void open_ring(struct ring *r)
{
	r->p.flags = r->flags;
	r->p.sq_thread_idle = 100;
	r->fd = syscall(SYS_io_uring_setup, 4, &r->p);
	must(r->fd >= 0, "io_uring_setup");
	r->sq = map(r, r->p.sq_off.array + r->p.sq_entries * sizeof(unsigned), IORING_OFF_SQ_RING);
	r->cq = map(r, r->p.cq_off.cqes + r->p.cq_entries * sizeof(struct io_uring_cqe), IORING_OFF_CQ_RING);
	r->sqes = map(r, r->p.sq_entries * sizeof(*r->sqes), IORING_OFF_SQES);
}

static int run(struct ring *r, const struct io_uring_sqe *sqe)
{
	unsigned *tail = (unsigned *)(r->sq + r->p.sq_off.tail), *head = (unsigned *)(r->cq + r->p.cq_off.head);
	unsigned slot = *tail & (r->p.sq_entries - 1), flags = IORING_ENTER_GETEVENTS;

	r->sqes[slot] = *sqe;
	((unsigned *)(r->sq + r->p.sq_off.array))[slot] = slot;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (r->flags & IORING_SETUP_SQPOLL)
		flags |= IORING_ENTER_SQ_WAKEUP;
	must(syscall(SYS_io_uring_enter, r->fd, 1, 1, flags, NULL, 0) >= 0, "io_uring_enter");
	struct io_uring_cqe *cqe = (struct io_uring_cqe *)(r->cq + r->p.cq_off.cqes) + (*head & (r->p.cq_entries - 1));
	int result = cqe->res;

	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	printf("result %d\n", result);
	return result;
}

static void paths(struct ring *r, int op, char **a)
{
	struct io_uring_sqe sqe = { .opcode = op, .fd = AT_FDCWD, .addr = (unsigned long)a[0] };
	struct open_how { __u64 flags, mode, resolve; } how = { .flags = O_RDONLY };

	if (op == IORING_OP_RENAMEAT || op == IORING_OP_LINKAT) {
		sqe.len = AT_FDCWD;
		sqe.off = (unsigned long)a[1];
	} else if (op == IORING_OP_SYMLINKAT) {
		sqe.addr2 = (unsigned long)a[1];
	} else if (op == IORING_OP_MKDIRAT) {
		sqe.len = 0700;
	} else if (op == IORING_OP_OPENAT2) {
		sqe.addr2 = (unsigned long)&how;
		sqe.len = sizeof(how);
	}
	if (a[1] && op == IORING_OP_OPENAT)
		sqe.fd = open(a[1], O_PATH | O_DIRECTORY);
	run(r, &sqe);
}

static void setxattr_of(struct ring *r, char **a)
{
	struct io_uring_sqe sqe = { .opcode = IORING_OP_SETXATTR, .addr = (unsigned long)a[1], .off = (unsigned long)"x",
				    .addr3 = (unsigned long)a[0], .len = 1 };

	run(r, &sqe);
}

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = { htonl(INADDR_LOOPBACK) } };
}

/* Everything a connection needs, without one plain system call of the network. */
static void connection(struct ring *r)
{
	struct sockaddr_in to = loopback(0);
	socklen_t size = sizeof(to);
	struct io_uring_sqe make = { .opcode = OP_SOCKET, .fd = AF_INET, .off = SOCK_STREAM };
	int listener = run(r, &make), client = run(r, &make);
	struct io_uring_sqe sqe = { .opcode = OP_BIND, .fd = listener, .addr = (unsigned long)&to, .addr2 = sizeof(to) };

	must(run(r, &sqe) == 0 && getsockname(listener, (struct sockaddr *)&to, &size) == 0, "bind");
	printf("port %d\n", ntohs(to.sin_port));
	run(r, &(struct io_uring_sqe){ .opcode = OP_LISTEN, .fd = listener, .len = 5 });
	run(r, &(struct io_uring_sqe){ .opcode = IORING_OP_CONNECT, .fd = client, .addr = (unsigned long)&to, .off = sizeof(to) });
	int server = run(r, &(struct io_uring_sqe){ .opcode = IORING_OP_ACCEPT, .fd = listener });
	char text[16] = "through the ring";
	struct iovec part = { text, sizeof(text) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	run(r, &(struct io_uring_sqe){ .opcode = IORING_OP_SEND, .fd = client, .addr = (unsigned long)text, .len = sizeof(text) });
	run(r, &(struct io_uring_sqe){ .opcode = IORING_OP_RECV, .fd = server, .addr = (unsigned long)text, .len = sizeof(text) });
	run(r, &(struct io_uring_sqe){ .opcode = IORING_OP_SENDMSG, .fd = server, .addr = (unsigned long)&message, .len = 1 });
	run(r, &(struct io_uring_sqe){ .opcode = IORING_OP_RECVMSG, .fd = client, .addr = (unsigned long)&message, .len = 1 });
	run(r, &(struct io_uring_sqe){ .opcode = IORING_OP_SHUTDOWN, .fd = client, .len = SHUT_WR });
}

/* The descriptor is a registered one: no number of the process's own table names it. */
static void fixed_connect(struct ring *r)
{
	struct sockaddr_in to = loopback(1);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	must(syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_FILES, &fd, 1) == 0, "register");
	close(fd);
	run(r, &(struct io_uring_sqe){ .opcode = IORING_OP_CONNECT, .flags = IOSQE_FIXED_FILE, .fd = 0, .addr = (unsigned long)&to, .off = sizeof(to) });
}

/* A query to port 53 that nobody answers: once with its address beside it, once inside a message. */
static void dns(struct ring *r)
{
	static char query[] = "\x12\x34\1\0\0\1\0\0\0\0\0\0\7example\4test\0\0\1\0\1";
	struct sockaddr_in to = loopback(53);
	struct iovec part = { query, sizeof(query) - 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_name = &to, .msg_namelen = sizeof(to) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	run(r, &(struct io_uring_sqe){ .opcode = IORING_OP_SEND, .fd = fd, .addr = (unsigned long)query, .len = sizeof(query) - 1,
				       .addr2 = (unsigned long)&to, .addr_len = sizeof(to) });
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	run(r, &(struct io_uring_sqe){ .opcode = IORING_OP_SENDMSG, .fd = fd, .addr = (unsigned long)&message, .len = 1 });
}

static const struct { const char *name; int op; } PATHS[] = {
	{ "openat", IORING_OP_OPENAT }, { "openat2", IORING_OP_OPENAT2 }, { "unlinkat", IORING_OP_UNLINKAT },
	{ "renameat", IORING_OP_RENAMEAT }, { "mkdirat", IORING_OP_MKDIRAT }, { "symlinkat", IORING_OP_SYMLINKAT },
	{ "linkat", IORING_OP_LINKAT },
};

int main(int count, char **a)
{
	struct ring r = {};
	int polled = count > 1 && !strcmp(a[1], "--sqpoll");
	const char *op = count > 1 + polled ? a[1 + polled] : "";

	setvbuf(stdout, NULL, _IONBF, 0);
	alarm(10);
	if (polled)
		r.flags = IORING_SETUP_SQPOLL;
	open_ring(&r);
	a += 2 + polled;
	for (unsigned i = 0; i < sizeof(PATHS) / sizeof(PATHS[0]); i++)
		if (!strcmp(op, PATHS[i].name))
			paths(&r, PATHS[i].op, a);
	if (!strcmp(op, "setxattr"))
		setxattr_of(&r, a);
	else if (!strcmp(op, "connection"))
		connection(&r);
	else if (!strcmp(op, "fixed-connect"))
		fixed_connect(&r);
	else if (!strcmp(op, "dns"))
		dns(&r);
	else if (!strcmp(op, "setup"))
		return 0;
	return 0;
}
