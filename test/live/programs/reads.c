// SPDX-License-Identifier: Apache-2.0
/* reads COUNT PATH: that many processes, one after another and 5 ms apart, each open the file and end. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **arguments)
{
	int opened = 0;

	if (count < 3)
		return 2;
	for (int i = atoi(arguments[1]); i > 0; i--) {
		pid_t child = fork();
		int status = 0;

		if (child == 0)
			_exit(open(arguments[2], O_RDONLY) < 0);
		if (child < 0)
			return 1;
		waitpid(child, &status, 0);
		opened += WIFEXITED(status) && WEXITSTATUS(status) == 0;
		usleep(5000);
	}
	printf("%d\n", opened);
	return 0;
}
