// network SCENARIO: makes the calls that network.live.test.ts looks for, in a network namespace of its own, and prints what it should
// find as `name value` lines.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un un;
};

static void must(int ok, const char *what)
{
	if (!ok) {
		perror(what);
		exit(1);
	}
}

static void own_network(void)
{
	struct ifreq lo = { .ifr_name = "lo" };
	int fd;

	must(unshare(CLONE_NEWNET) == 0, "unshare");
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	must(ioctl(fd, SIOCGIFFLAGS, &lo) == 0, "flags of lo");
	lo.ifr_flags |= IFF_UP;
	must(ioctl(fd, SIOCSIFFLAGS, &lo) == 0, "lo up");
	close(fd);
}

static socklen_t loopback(union address *to, int family, int port)
{
	memset(to, 0, sizeof(*to));
	to->any.sa_family = family;
	if (family == AF_INET6) {
		to->v6.sin6_addr = in6addr_loopback;
		to->v6.sin6_port = htons(port);
		return sizeof(to->v6);
	}
	to->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to->v4.sin_port = htons(port);
	return sizeof(to->v4);
}

/* A name that begins with @ is abstract. */
static socklen_t unix_name(union address *to, const char *name)
{
	memset(to, 0, sizeof(*to));
	to->any.sa_family = AF_UNIX;
	strncpy(to->un.sun_path, name, sizeof(to->un.sun_path) - 1);
	if (name[0] != '@')
		return sizeof(to->un);
	to->un.sun_path[0] = 0;
	return offsetof(struct sockaddr_un, sun_path) + strlen(name);
}

static int port_of(int fd)
{
	union address a;
	socklen_t size = sizeof(a);

	must(getsockname(fd, &a.any, &size) == 0, "getsockname");
	return ntohs(a.any.sa_family == AF_INET6 ? a.v6.sin6_port : a.v4.sin_port);
}

static int bound(int family, int type, int port)
{
	union address a;
	socklen_t size = loopback(&a, family, port);
	int fd = socket(family, type, 0);

	must(fd >= 0 && bind(fd, &a.any, size) == 0, "bind");
	return fd;
}

static void stream(int listener, union address *to, socklen_t size, int flags)
{
	char text[16];
	int client = socket(to->any.sa_family, SOCK_STREAM | flags, 0);
	int rc = connect(client, &to->any, size);

	must(rc == 0 || errno == EINPROGRESS, "connect");
	int server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	must(server >= 0, "accept4");
	if (to->any.sa_family != AF_UNIX)
		printf("client %d\n", port_of(client));
	must(send(client, "hello", 5, 0) == 5 && send(client, "again", 5, 0) == 5, "send");
	must(recv(server, text, sizeof(text), 0) > 0, "recv");
	shutdown(client, SHUT_WR);
	close(client);
	close(server);
}

static void tcp(int family, int flags)
{
	union address a;
	int listener = bound(family, SOCK_STREAM, 0);
	int port = port_of(listener);

	must(listen(listener, 7) == 0, "listen");
	printf("port %d\n", port);
	stream(listener, &a, loopback(&a, family, port), flags);
}

static void mapped(void)
{
	union address a;
	int listener = bound(AF_INET, SOCK_STREAM, 0);
	int port = port_of(listener);
	socklen_t size = loopback(&a, AF_INET6, port);

	must(listen(listener, 7) == 0, "listen");
	printf("port %d\n", port);
	inet_pton(AF_INET6, "::ffff:127.0.0.1", &a.v6.sin6_addr);
	stream(listener, &a, size, 0);
}

static void refused(void)
{
	union address a;
	int listener = bound(AF_INET, SOCK_STREAM, 0);
	int port = port_of(listener);

	close(listener);
	printf("port %d\n", port);
	must(connect(socket(AF_INET, SOCK_STREAM, 0), &a.any, loopback(&a, AF_INET, port)) < 0 && errno == ECONNREFUSED, "refused");
}

static void unix_stream(const char *name)
{
	union address a;
	socklen_t size = unix_name(&a, name);
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	must(bind(listener, &a.any, size) == 0 && listen(listener, 3) == 0, "bind");
	stream(listener, &a, size, 0);
	if (name[0] != '@')
		unlink(name);
}

/* Two datagrams to each of two peers: two first ones. */
static void udp(void)
{
	union address a, b, from;
	char text[16];
	int one = bound(AF_INET, SOCK_DGRAM, 0), two = bound(AF_INET, SOCK_DGRAM, 0);
	int fd = bound(AF_INET, SOCK_DGRAM, 0);
	socklen_t size = loopback(&a, AF_INET, port_of(one)), from_size = sizeof(from);

	loopback(&b, AF_INET, port_of(two));
	printf("one %d\ntwo %d\nself %d\n", port_of(one), port_of(two), port_of(fd));
	for (int i = 0; i < 2; i++) {
		must(sendto(fd, "to one", 6, 0, &a.any, size) == 6, "sendto");
		must(sendto(fd, "to two", 6, 0, &b.any, size) == 6, "sendto");
	}
	must(recvfrom(one, text, sizeof(text), 0, &from.any, &from_size) == 6, "recvfrom");
	must(connect(fd, &a.any, size) == 0 && send(fd, "connected", 9, 0) == 9, "connect");
}

/* Datagrams to a name; the second name differs only at its end. */
static void unix_datagrams(void)
{
	static const char *const NAMES[] = { "@a datagram socket number 1", "@a datagram socket number 2" };
	union address a;
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	for (int i = 0; i < 2; i++) {
		socklen_t size = unix_name(&a, NAMES[i]);
		int server = socket(AF_UNIX, SOCK_DGRAM, 0);

		must(bind(server, &a.any, size) == 0, "bind");
		for (int times = 0; times < 2; times++)
			must(sendto(fd, "x", 1, 0, &a.any, size) == 1, "sendto");
	}
}

/* A query in each of two messages of one call, from two pieces each; with sendmmsg, recvmmsg, sendmsg and recvmsg. */
static void dns(void)
{
	static const unsigned char head[12] = { 0x12, 0x34, 1, 0, 0, 1 };
	static const unsigned char question[] = "\7example\4test\0\0\1\0\1";
	union address a;
	struct iovec parts[2] = { { (void *)head, 12 }, { (void *)question, sizeof(question) - 1 } };
	struct mmsghdr many[2] = {};
	char answer[600];
	struct iovec into[2] = { { answer, 20 }, { answer + 20, sizeof(answer) - 20 } };
	int server = bound(AF_INET, SOCK_DGRAM, 53), fd = socket(AF_INET, SOCK_DGRAM, 0);

	for (int i = 0; i < 2; i++)
		many[i].msg_hdr = (struct msghdr){ .msg_iov = parts, .msg_iovlen = 2, .msg_name = &a, .msg_namelen = loopback(&a, AF_INET, 53) };
	must(sendmmsg(fd, many, 2, 0) == 2, "sendmmsg");
	must(sendmsg(fd, &many[0].msg_hdr, 0) > 0, "sendmsg");
	struct msghdr one = { .msg_iov = into, .msg_iovlen = 2 };

	must(recvmsg(server, &one, 0) > 0, "recvmsg");
	for (int i = 0; i < 2; i++)
		many[i].msg_hdr = (struct msghdr){ .msg_iov = into, .msg_iovlen = 2 };
	must(recvmmsg(server, many, 2, MSG_DONTWAIT, NULL) == 2, "recvmmsg");
}

/* The same as Go does it: a connected socket, written and read like a file. And a file that is of no interest. */
static void plain_dns(void)
{
	static const char query[] = "\x12\x34\1\0\0\1\0\0\0\0\0\0\7example\4test\0\0\1\0\1";
	struct iovec parts[2] = { { (void *)query, 12 }, { (void *)query + 12, sizeof(query) - 13 } };
	union address a;
	socklen_t size = loopback(&a, AF_INET, 53);
	char answer[600];
	struct iovec into[2] = { { answer, 20 }, { answer + 20, sizeof(answer) - 20 } };
	int server = bound(AF_INET, SOCK_DGRAM, 53), fd = socket(AF_INET, SOCK_DGRAM, 0), file = open("file", O_CREAT | O_WRONLY, 0600);

	must(connect(fd, &a.any, size) == 0 && connect(server, &a.any, loopback(&a, AF_INET, port_of(fd))) == 0, "connect");
	must(write(fd, query, sizeof(query) - 1) > 0 && writev(fd, parts, 2) > 0 && write(file, query, 5) == 5, "write");
	must(read(server, answer, sizeof(answer)) > 0 && readv(server, into, 2) > 0, "read");
}

/* A connected socket put on descriptors 0 to 2, a file too (not of interest), and a socket elsewhere (nor is that). */
static void dup_socket(void)
{
	union address a;
	int listener = bound(AF_INET, SOCK_STREAM, 0), keep = dup(1);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	must(listen(listener, 1) == 0 && connect(fd, &a.any, loopback(&a, AF_INET, port_of(listener))) == 0, "connect");
	dprintf(keep, "port %d\nfd %d\n", port_of(listener), fd);
	dup2(fd, 0);
	dup3(fd, 1, O_CLOEXEC);
	close(2);
	syscall(SYS_dup, fd);
	close(0);
	fcntl(fd, F_DUPFD, 0);
	dup2(fd, 9);
	dup2(keep, 1);
	fcntl(fd, F_SETFD, 0);
}

/* Long payloads: of a stream, and to port 53. */
static void payloads(void)
{
	union address a;
	char text[1000];
	int listener = bound(AF_INET, SOCK_STREAM, 0), server = bound(AF_INET, SOCK_DGRAM, 53);
	int stream = socket(AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_DGRAM, 0);

	for (unsigned i = 0; i < sizeof(text); i++)
		text[i] = 'a' + i % 26;
	must(listen(listener, 1) == 0 && connect(stream, &a.any, loopback(&a, AF_INET, port_of(listener))) == 0, "connect");
	must(send(stream, text, sizeof(text), 0) > 0, "send");
	must(sendto(fd, text, sizeof(text), 0, &a.any, loopback(&a, AF_INET, 53)) == sizeof(text), "sendto");
	must(recv(server, text, sizeof(text), 0) == sizeof(text), "recv");
}

/* Addresses and messages that lead nowhere. */
static void hostile(void)
{
	union address a;
	int fd = socket(AF_INET, SOCK_STREAM, 0), local = socket(AF_UNIX, SOCK_STREAM, 0);
	struct iovec nowhere = { (void *)8, 100 }, many[1] = { { "x", 1 } };
	struct msghdr message = { .msg_iov = &nowhere, .msg_iovlen = 1 };

	connect(fd, (void *)8, 16);
	connect(fd, &a.any, 1);
	connect(fd, &a.any, 100000);
	connect(-1, &a.any, loopback(&a, AF_INET, 1));
	connect(0, &a.any, loopback(&a, AF_INET, 2));
	memset(&a, 'n', sizeof(a));
	a.un.sun_family = AF_UNIX;
	connect(local, &a.any, sizeof(a.un));
	bind(local, &a.any, 5);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	must(connect(fd, &a.any, loopback(&a, AF_INET, 53)) == 0, "connect");
	sendmsg(fd, &message, 0);
	message = (struct msghdr){ .msg_iov = many, .msg_iovlen = 1, .msg_name = (void *)8, .msg_namelen = 16 };
	sendmsg(fd, &message, 0);
	sendmsg(fd, (void *)8, 0);
	recvfrom(-1, NULL, 0, 0, NULL, NULL);
	socket(12345, 1, 0);
}

#ifdef __x86_64__
static long call32(long number, long a, long b, long c, long d)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d) : "r8", "r9", "r10", "r11", "memory");
	return (int)result;
}

/* The same through 32-bit calls, whose structures have other layouts; everything lies below 4 GiB. */
static void compat(void)
{
	struct low {
		union address to;
		unsigned words[6];
		struct { unsigned name, name_size, pieces, count, control, control_size, flags; } message;
		struct { unsigned base, size; } piece;
		char text[8];
	} *low = mmap(NULL, sizeof(*low), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	int listener = bound(AF_INET, SOCK_STREAM, 0), server = bound(AF_INET, SOCK_DGRAM, 0);
	int fd = call32(359, AF_INET, SOCK_STREAM, 0, 0);

	must(low != MAP_FAILED && fd >= 0 && listen(listener, 1) == 0, "socket");
	printf("port %d\nudp %d\n", port_of(listener), port_of(server));
	socklen_t size = loopback(&low->to, AF_INET, port_of(listener));

	must(call32(362, fd, (long)&low->to, size, 0) == 0, "connect");
	low->words[0] = AF_INET;
	low->words[1] = SOCK_DGRAM;
	fd = call32(102, 1, (long)low->words, 0, 0);
	loopback(&low->to, AF_INET, port_of(server));
	memcpy(low->text, "compat", 6);
	low->piece.base = (long)low->text;
	low->piece.size = 6;
	low->message.name = (long)&low->to;
	low->message.name_size = size;
	low->message.pieces = (long)&low->piece;
	low->message.count = 1;
	must(call32(370, fd, (long)&low->message, 0, 0) == 6, "sendmsg");
	low->words[0] = fd;
	low->words[1] = (long)&low->to;
	low->words[2] = size;
	must(call32(102, 3, (long)low->words, 0, 0) == 0, "socketcall connect");
}
#endif

static void tcp4(void)
{
	tcp(AF_INET, 0);
}

static void tcp6(void)
{
	tcp(AF_INET6, 0);
}

static void nonblocking(void)
{
	tcp(AF_INET, SOCK_NONBLOCK);
}

static void unix_path(void)
{
	unix_stream("socket");
}

static void unix_abstract(void)
{
	unix_stream("@abstract name");
}

static void unix_missing(void)
{
	union address a;

	must(connect(socket(AF_UNIX, SOCK_STREAM, 0), &a.any, unix_name(&a, "/no/such/socket")) < 0, "missing");
}

/* Ten connections to one place. */
static void again(void)
{
	union address a;
	int listener = bound(AF_INET, SOCK_STREAM, 0);
	socklen_t size = loopback(&a, AF_INET, port_of(listener));

	must(listen(listener, 16) == 0, "listen");
	for (int i = 0; i < 10; i++)
		stream(listener, &a, size, 0);
}

static const struct {
	const char *name;
	void (*run)(void);
} SCENARIOS[] = {
	{ "tcp4", tcp4 },	    { "tcp6", tcp6 },	  { "nonblocking", nonblocking },     { "mapped", mapped },
	{ "refused", refused },	    { "unix", unix_path }, { "abstract", unix_abstract },     { "unix-missing", unix_missing },
	{ "udp", udp },		    { "dns", dns },	{ "plain-dns", plain_dns },	  { "unix-datagrams", unix_datagrams }, { "payloads", payloads },
	{ "hostile", hostile },	    { "dup", dup_socket }, { "again", again },
#ifdef __x86_64__
	{ "compat", compat },
#endif
};

int main(int count, char **arguments)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	own_network();
	for (unsigned i = 0; i < sizeof(SCENARIOS) / sizeof(*SCENARIOS); i++) {
		if (count < 2 || strcmp(arguments[1], SCENARIOS[i].name))
			continue;
		SCENARIOS[i].run();
		return 0;
	}
	return 2;
}
