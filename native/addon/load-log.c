// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "load-log.h"

#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libbpf has one print function per process, called on the thread that loads. */
static _Thread_local struct load_log *listener;

static void copy(char *to, size_t size, const char *from, size_t length)
{
	snprintf(to, size, "%.*s", (int)length, from);
}

/* Messages about a program read "libbpf: prog 'NAME': …". */
static void note_program(struct load_log *log, const char *text)
{
	static const char MARK[] = "prog '";
	const char *start = strstr(text, MARK);

	if (!start)
		return;
	start += strlen(MARK);
	copy(log->program, sizeof(log->program), start, strcspn(start, "'"));
}

static void note_verifier(struct load_log *log, const char *text)
{
	static const char BEGIN[] = "-- BEGIN PROG LOAD LOG --\n", END[] = "-- END PROG LOAD LOG --";
	const char *start = strstr(text, BEGIN);

	if (!start)
		return;
	start += strlen(BEGIN);
	const char *end = strstr(start, END);
	size_t length = end ? (size_t)(end - start) : strlen(start);
	size_t kept = length < LOAD_LOG_MAX - 1 ? length : LOAD_LOG_MAX - 1;

	copy(log->verifier, sizeof(log->verifier), start + length - kept, kept);
}

static int listen_to(enum libbpf_print_level level, const char *format, va_list arguments)
{
	char *text;

	if (!listener || level != LIBBPF_WARN || vasprintf(&text, format, arguments) < 0)
		return 0;
	note_program(listener, text);
	note_verifier(listener, text);
	if (!listener->message[0]) {
		const char *body = strncmp(text, "libbpf: ", 8) == 0 ? text + 8 : text;

		copy(listener->message, sizeof(listener->message), body, strcspn(body, "\n"));
	}
	free(text);
	return 0;
}

void load_log_begin(struct load_log *log)
{
	memset(log, 0, sizeof(*log));
	listener = log;
	libbpf_set_print(listen_to);
}

void load_log_end(void)
{
	listener = NULL;
}
