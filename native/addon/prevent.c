// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "prevent.h"

#include "prevent-protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* So often it is looked whether the helper runs, and so many times in a row it must not have: a busy machine is no reason. */
#define LOOK_MS 100
#define STILL_LOOKS 5
#define SOCKET_BYTES (1 << 20)
/* Out of the way of the numbers that the helper is given. */
#define FIRST_FD 16

struct prevent {
	int ours, theirs, shared_fd;
	struct prevent_shared *shared;
	char *helper;
	prevent_heard *heard;
	void *context;
	pthread_t keeper, reader;
	sem_t started;
	int start_error;
	pthread_mutex_t lock; /* of pid and alive */
	pid_t pid;
	bool alive;
};

static void kill_helper(struct prevent *prevent)
{
	pthread_mutex_lock(&prevent->lock);
	if (prevent->alive)
		kill(prevent->pid, SIGKILL);
	pthread_mutex_unlock(&prevent->lock);
}

/* ---- keeping: the thread that starts the helper is the one whose end kills it (PR_SET_PDEATHSIG) ---- */

static int set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	int error = posix_spawnattr_setsigmask(attributes, &none);

	if (!error)
		error = posix_spawnattr_setsigdefault(attributes, &all);
	return error ? error : posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static int set_files(posix_spawn_file_actions_t *files, const struct prevent *prevent)
{
	int error = 0;

	for (int fd = 0; fd < 3 && !error; fd++)
		error = posix_spawn_file_actions_addopen(files, fd, "/dev/null", O_RDWR, 0);
	if (!error)
		error = posix_spawn_file_actions_adddup2(files, prevent->theirs, PREVENT_SOCKET_FD);
	return error ? error : posix_spawn_file_actions_adddup2(files, prevent->shared_fd, PREVENT_SHARED_FD);
}

static int spawn(struct prevent *prevent)
{
	char *arguments[] = { "tarsier-prevent", NULL }, *environment[] = { NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	int error = posix_spawn_file_actions_init(&files);

	if (error)
		return error;
	error = posix_spawnattr_init(&attributes);
	if (!error) {
		error = set_files(&files, prevent);
		if (!error)
			error = set_attributes(&attributes);
		if (!error)
			error = posix_spawn(&prevent->pid, prevent->helper, &files, &attributes, arguments, environment);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&files);
	return error;
}

/* Hears at once when somebody stops the helper. */
static void *keep(void *argument)
{
	struct prevent *prevent = argument;
	siginfo_t what = { 0 };

	prevent->start_error = spawn(prevent);
	prevent->alive = prevent->start_error == 0;
	sem_post(&prevent->started);
	if (prevent->start_error)
		return NULL;
	for (;;) {
		if (waitid(P_PID, (id_t)prevent->pid, &what, WEXITED | WSTOPPED | WNOWAIT) < 0) {
			if (errno == EINTR)
				continue;
			break;
		}
		if (what.si_code == CLD_EXITED || what.si_code == CLD_KILLED || what.si_code == CLD_DUMPED)
			break;
		kill_helper(prevent);
		/* Takes the stop off the list, so that the end is what comes next. */
		waitid(P_PID, (id_t)prevent->pid, &what, WSTOPPED | WNOHANG);
	}
	pthread_mutex_lock(&prevent->lock);
	prevent->alive = false;
	waitid(P_PID, (id_t)prevent->pid, &what, WEXITED | WNOHANG);
	pthread_mutex_unlock(&prevent->lock);
	shutdown(prevent->ours, SHUT_RDWR);
	return NULL;
}

/* ---- hearing ---- */

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct pulse {
	int64_t looked_ms;
	uint64_t beat;
	int still;
};

/* A helper that is frozen or traced is told to nobody: it shows in that its beat stands still. */
static void feel(struct prevent *prevent, struct pulse *pulse)
{
	int64_t now = now_ms();

	if (now - pulse->looked_ms < LOOK_MS)
		return;
	uint64_t beat = atomic_load_explicit(&prevent->shared->beat, memory_order_relaxed);

	pulse->still = beat == pulse->beat ? pulse->still + 1 : 0;
	pulse->beat = beat;
	pulse->looked_ms = now;
	if (pulse->still >= STILL_LOOKS)
		kill_helper(prevent);
}

static void *hear(void *argument)
{
	uint8_t got[PREVENT_MESSAGE_MAX];
	struct prevent *prevent = argument;
	struct pulse pulse = { now_ms(), 0, 0 };

	for (;;) {
		struct pollfd socket = { prevent->ours, POLLIN, 0 };
		int ready = poll(&socket, 1, LOOK_MS);

		feel(prevent, &pulse);
		if (ready <= 0)
			continue;
		ssize_t bytes = recv(prevent->ours, got, sizeof(got), MSG_DONTWAIT);

		if (bytes < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (bytes <= 0)
			break;
		uint8_t *message = malloc((size_t)bytes);

		if (!message)
			continue;
		memcpy(message, got, (size_t)bytes);
		prevent->heard(prevent->context, message, (size_t)bytes);
	}
	prevent->heard(prevent->context, NULL, 0);
	return NULL;
}

/* ---- starting and stopping ---- */

static int moved_up(int fd)
{
	int moved = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FD);

	close(fd);
	return moved;
}

static int make_channels(struct prevent *prevent)
{
	int ends[2], bytes = SOCKET_BYTES;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	for (int end = 0; end < 2; end++)
		if (setsockopt(ends[end], SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)))
			setsockopt(ends[end], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	prevent->ours = ends[0];
	prevent->theirs = moved_up(ends[1]);
	int memory = memfd_create("tarsier-prevent", MFD_CLOEXEC);

	prevent->shared_fd = memory < 0 ? -1 : moved_up(memory);
	if (prevent->theirs < 0 || prevent->shared_fd < 0 || ftruncate(prevent->shared_fd, sizeof(*prevent->shared)))
		return -errno;
	void *mapped = mmap(NULL, sizeof(*prevent->shared), PROT_READ | PROT_WRITE, MAP_SHARED, prevent->shared_fd, 0);

	if (mapped == MAP_FAILED)
		return -errno;
	prevent->shared = mapped;
	return 0;
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void forget(struct prevent *prevent)
{
	close_one(&prevent->ours);
	close_one(&prevent->theirs);
	close_one(&prevent->shared_fd);
	if (prevent->shared)
		munmap(prevent->shared, sizeof(*prevent->shared));
	sem_destroy(&prevent->started);
	pthread_mutex_destroy(&prevent->lock);
	free(prevent->helper);
	free(prevent);
}

static int start_threads(struct prevent *prevent)
{
	int error = pthread_create(&prevent->keeper, NULL, keep, prevent);

	if (error)
		return -error;
	while (sem_wait(&prevent->started) < 0 && errno == EINTR)
		;
	error = prevent->start_error ? prevent->start_error : pthread_create(&prevent->reader, NULL, hear, prevent);
	if (error) {
		kill_helper(prevent);
		pthread_join(prevent->keeper, NULL);
	}
	return -error;
}

int prevent_start(struct prevent **made, const char *helper, prevent_heard *heard, void *context)
{
	struct prevent *prevent = calloc(1, sizeof(*prevent));

	if (!prevent)
		return -ENOMEM;
	prevent->ours = prevent->theirs = prevent->shared_fd = -1;
	prevent->heard = heard;
	prevent->context = context;
	prevent->helper = strdup(helper);
	sem_init(&prevent->started, 0, 0);
	pthread_mutex_init(&prevent->lock, NULL);
	int error = prevent->helper ? make_channels(prevent) : -ENOMEM;

	if (!error)
		error = start_threads(prevent);
	if (error) {
		forget(prevent);
		return error;
	}
	/* Theirs alone now: its end is ours to hear of. */
	close_one(&prevent->theirs);
	close_one(&prevent->shared_fd);
	*made = prevent;
	return 0;
}

static int send_with(const struct prevent *prevent, void *message, size_t bytes, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec part = { message, bytes };
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *first = CMSG_FIRSTHDR(&header);

	first->cmsg_level = SOL_SOCKET;
	first->cmsg_type = SCM_RIGHTS;
	first->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(first), &fd, sizeof(fd));
	if (fd < 0)
		header.msg_controllen = 0;
	return sendmsg(prevent->ours, &header, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* Sealed: what the helper has checked stays as it is. */
int prevent_use(struct prevent *prevent, const void *table, size_t bytes)
{
	struct prevent_use use = { PREVENT_USE, (uint32_t)bytes };
	const uint8_t *from = table;
	size_t done = 0;
	int error = 0, memory = memfd_create("tarsier-prevent-table", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (memory < 0)
		return -errno;
	while (done < bytes && !error) {
		ssize_t more = write(memory, from + done, bytes - done);

		if (more < 0 && errno != EINTR)
			error = -errno;
		done += more > 0 ? (size_t)more : 0;
	}
	if (!error && fcntl(memory, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL))
		error = -errno;
	if (!error)
		error = send_with(prevent, &use, sizeof(use), memory);
	close(memory);
	return error;
}

int prevent_answer(struct prevent *prevent, uint32_t id, uint32_t deny, uint32_t keep)
{
	struct prevent_answer answer = { PREVENT_ANSWER, id, deny, keep };

	return send(prevent->ours, &answer, sizeof(answer), MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int prevent_order(struct prevent *prevent, const void *order, size_t bytes, int fd)
{
	struct prevent_order sent;

	if (bytes != sizeof(sent))
		return -EINVAL;
	memcpy(&sent, order, sizeof(sent));
	sent.message = PREVENT_ORDER;
	return send_with(prevent, &sent, sizeof(sent), fd);
}

void prevent_counters(const struct prevent *prevent, uint64_t *counters)
{
	for (int i = 0; i < PREVENT_COUNTERS; i++)
		counters[i] = atomic_load_explicit(&prevent->shared->counters[i], memory_order_relaxed);
}

int prevent_pid(const struct prevent *prevent)
{
	return prevent->pid;
}

void prevent_stop(struct prevent *prevent)
{
	kill_helper(prevent);
	shutdown(prevent->ours, SHUT_RDWR);
	pthread_join(prevent->keeper, NULL);
	pthread_join(prevent->reader, NULL);
	forget(prevent);
}
