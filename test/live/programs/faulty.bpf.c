// SPDX-License-Identifier: GPL-2.0
/* For tests of the loader and of the drain: one program that works, and one for each way not to; records as no sensor sends them. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define HEADER_BYTES 176
#define SIZE_AT 72
#define KIND_AT 148
#define KIND_URING_SETUP 70

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 65536);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, __u64[12]);
} counters SEC(".maps");

static __u64 record[24];

static void send(__u32 size_said, __u32 size_sent)
{
	*(__u32 *)((__u8 *)record + SIZE_AT) = size_said;
	*(__u16 *)((__u8 *)record + KIND_AT) = KIND_URING_SETUP;
	bpf_ringbuf_output(&events, record, size_sent, 0);
}

/* One record as it should be, one that says another size than it has, one that is shorter than a header. */
SEC("tracepoint/syscalls/sys_exit_getppid")
int uring_setup__works(void *context)
{
	send(184, 184);
	send(192, 184);
	send(64, 64);
	return 0;
}

SEC("tracepoint/syscalls/sys_exit_nosuchcall")
int uring_setup__no_tracepoint(void *context)
{
	return 0;
}

SEC("tp_btf/no_such_tracepoint")
int uring_setup__no_btf(void *context)
{
	return 0;
}

/* The verifier refuses: the address was never checked. */
SEC("tracepoint/syscalls/sys_exit_getpgid")
int uring_setup__refused(void *context)
{
	return *(volatile int *)(*(__u64 *)context);
}

SEC("tracepoint/syscalls/sys_exit_getpgrp")
int file_open__not_wanted(void *context)
{
	return *(volatile int *)(*(__u64 *)context);
}

char LICENSE[] SEC("license") = "GPL";
