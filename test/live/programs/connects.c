// SPDX-License-Identifier: Apache-2.0
/*
 * Each argument is one step: t (TCP) or u (UDP) and ADDRESS/PORT to connect to, b and the same to bind to, x and the path of a Unix
 * socket, m and FAMILY/TYPE/PROTOCOL of a socket to make, d and a folder to make and remove, s and a user id to go on as, n and a name
 * to take.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void own_network(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd;

	if (unshare(CLONE_NEWNET))
		exit(1);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (ioctl(fd, SIOCSIFFLAGS, &lo))
		exit(1);
	close(fd);
}

static void to_unix(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strncpy(to.sun_path, path, sizeof(to.sun_path) - 1);
	connect(fd, (struct sockaddr *)&to, sizeof(to));
	close(fd);
}

static void to_internet(char how, char *text)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	int wide = strchr(text, ':') != NULL;
	char *slash = strchr(text, '/');
	void *address = wide ? (void *)&v6 : (void *)&v4;
	socklen_t size = wide ? sizeof(v6) : sizeof(v4);
	int fd = socket(wide ? AF_INET6 : AF_INET, how == 't' ? SOCK_STREAM : SOCK_DGRAM, 0);

	*slash = 0;
	v4.sin_port = v6.sin6_port = htons(atoi(slash + 1));
	inet_pton(wide ? AF_INET6 : AF_INET, text, wide ? (void *)&v6.sin6_addr : (void *)&v4.sin_addr);
	if (how == 'b')
		bind(fd, address, size);
	else
		connect(fd, address, size);
	close(fd);
}

static void make(const char *text)
{
	int family, type, protocol;

	if (sscanf(text, "%d/%d/%d", &family, &type, &protocol) != 3)
		exit(1);
	close(socket(family, type, protocol));
}

static void step(char *text)
{
	switch (text[0]) {
	case 'x':
		return to_unix(text + 1);
	case 'm':
		return make(text + 1);
	case 'd':
		mkdir(text + 1, 0700);
		rmdir(text + 1);
		return;
	case 's':
		if (setresuid(atoi(text + 1), -1, -1))
			exit(1);
		return;
	case 'n':
		prctl(PR_SET_NAME, text + 1);
		return;
	}
	to_internet(text[0], text + 1);
}

int main(int count, char **arguments)
{
	own_network();
	for (int i = 1; i < count; i++)
		step(arguments[i]);
	return 0;
}
