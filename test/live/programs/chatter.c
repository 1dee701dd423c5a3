/* SPDX-License-Identifier: Apache-2.0 */
/* chatter PORT: holds one connection to 127.0.0.1 and sends a byte through it every 20 ms; each time it also tries to make a new one. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int reach(int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	close(fd);
	return -1;
}

int main(int argc, char **argv)
{
	int port = argc > 1 ? atoi(argv[1]) : 0, one = 1, held = reach(port);

	if (held < 0)
		return 1;
	setsockopt(held, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	for (;;) {
		int fd = reach(port);

		send(held, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (fd >= 0)
			close(fd);
		usleep(20000);
	}
}
