/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layer 0: reading kernel memory, and the few constants and old shapes of kernel types that vmlinux.h lacks.
 *
 * FAST(p, a, b)  p->a->b where p is a pointer the verifier knows (the current task, an argument of a tp_btf program):
 *                compiled to plain loads, a fault reads 0. Never follow an array of pointers or container_of with it.
 * READ(p, a, b)  the same for any pointer, one bpf_probe_read_kernel per arrow; 0 on a fault.
 */
#ifndef TARSIER_READ_H
#define TARSIER_READ_H

#define READ(source, ...) BPF_CORE_READ(source, __VA_ARGS__)

/* Kernels before 5.15 lack bpf_task_pt_regs, before 5.11 bpf_get_current_task_btf: tools/build-bpf.ts defines it there. */
#ifdef TARSIER_OLD_KERNEL
#define FAST(source, ...) BPF_CORE_READ(source, __VA_ARGS__)
#else
#define FAST(source, ...) ___arrow((source), __VA_ARGS__)
#endif

/* Eight bytes at a field whose type differs between kernels; `pointer` like that of FAST. */
#ifdef TARSIER_OLD_KERNEL
#define WORD_OF(pointer, field)                                                                                        \
	({                                                                                                                 \
		__u64 word = 0;                                                                                                \
		bpf_probe_read_kernel(&word, sizeof(word), (void *)(pointer) + bpf_core_field_offset((pointer)->field));       \
		word;                                                                                                          \
	})
#else
#define WORD_OF(pointer, field) (*(const __u64 *)((void *)(pointer) + bpf_core_field_offset((pointer)->field)))
#endif

#define AT_FDCWD -100
#define PF_KTHREAD 0x00200000
#define SIGNAL_GROUP_EXIT 0x00000004
#define PROC_SUPER_MAGIC 0x9fa0
#define OVERLAYFS_SUPER_MAGIC 0x794c7630
#define FMODE_CREATED (1u << 20)
#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define S_IFREG 0100000
#define S_IFBLK 0060000
#define S_IFDIR 0040000
#define S_IFCHR 0020000
#define S_IFIFO 0010000
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define NSEC_PER_SEC 1000000000ull
/* A mark in the nanoseconds of i_ctime (multigrain timestamps, 6.13). */
#define CTIME_QUERIED (1u << 31)

/*
 * The number, or the limit (a constant) where it is larger. In assembly because a compiler may compare one register and go on with
 * a copy of it, about which verifiers before 6.2 then know nothing.
 */
#define AT_MOST(number, limit)                                                                                         \
	({                                                                                                                 \
		__u64 at_most = (number);                                                                                      \
		asm volatile("if %0 <= %1 goto +1\n%0 = %1" : "+r"(at_most) : "i"(limit));                                     \
		at_most;                                                                                                       \
	})

/* Fields that were renamed or that a configuration leaves out: tried by name at load. */
struct task_struct___audit {
	kuid_t loginuid;
} __attribute__((preserve_access_index));

struct inode___v6_11 {
	__s64 i_mtime_sec;
	__s64 i_ctime_sec;
	__u32 i_mtime_nsec;
	__u32 i_ctime_nsec;
} __attribute__((preserve_access_index));

struct inode___v6_7 {
	struct timespec64 __i_mtime;
	struct timespec64 __i_ctime;
} __attribute__((preserve_access_index));

struct inode___v6_6 {
	struct timespec64 i_mtime;
	struct timespec64 __i_ctime;
} __attribute__((preserve_access_index));

struct inode___old {
	struct timespec64 i_mtime;
	struct timespec64 i_ctime;
} __attribute__((preserve_access_index));

struct linux_binprm___fdpath {
	const char *fdpath;
} __attribute__((preserve_access_index));

struct trace_event_raw_sched_process_exit___v6_16 {
	bool group_dead;
} __attribute__((preserve_access_index));

/*
 * Several fields of one object by one read, as each read costs some 25 ns whatever its size:
 *
 *   __u64 begin[OBJECT_BEGIN / 8];
 *   bpf_probe_read_kernel(begin, sizeof(begin), inode);
 *   mode = PICK(begin, struct inode, inode, i_mode);
 *
 * A field that lies further on (a kernel that shuffles its structures) is read alone.
 */
#ifdef TARSIER_OLD_KERNEL
#define OBJECT_BEGIN 64 /* there each probed read has a variable on the stack */
#else
#define OBJECT_BEGIN 104 /* up to s_magic of struct super_block */
#endif
#define PICK(begin, type, object, field)                                                                               \
	({                                                                                                                 \
		const __u64 at = bpf_core_field_offset(type, field);                                                           \
		union { /* the field may be const */                                                                           \
			typeof(((type *)0)->field) value;                                                                          \
			__u8 bytes[sizeof(((type *)0)->field)];                                                                    \
		} picked;                                                                                                      \
                                                                                                                       \
		if (at + sizeof(picked) <= OBJECT_BEGIN)                                                                       \
			__builtin_memcpy(&picked, __builtin_assume_aligned((void *)(begin) + at, __alignof__(picked)), sizeof(picked)); \
		else                                                                                                           \
			bpf_probe_read_kernel(&picked, sizeof(picked), (void *)(object) + at);                                     \
		picked.value;                                                                                                  \
	})

static __always_inline struct task_struct *current_task(void)
{
#ifdef TARSIER_OLD_KERNEL
	return (struct task_struct *)bpf_get_current_task();
#else
	return bpf_get_current_task_btf();
#endif
}

/* Set by libbpf from the running kernel; the verifier knows it as a constant. */
extern int LINUX_KERNEL_VERSION __kconfig;
#define VERSION(major, minor) ((major) << 16 | (minor) << 8)

/* The registers with which a task entered the kernel. The arguments of its call are still in them at the exit. */
static __always_inline struct pt_regs *task_registers(struct task_struct *task)
{
#ifdef TARSIER_OLD_KERNEL
	/* 16 KiB is THREAD_SIZE on x86-64 and on arm64 with 4 KiB pages. */
	void *stack = READ(task, stack);
	return (struct pt_regs *)(stack + 16384 - sizeof(struct pt_regs));
#else
	return (struct pt_regs *)bpf_task_pt_regs(task);
#endif
}

/* True while the task is in a 32-bit system call. */
static __always_inline bool in_compat_call(struct task_struct *task)
{
#ifdef __TARGET_ARCH_x86
	return FAST(task, thread_info.status) & 2; /* TS_COMPAT, arch/x86/include/asm/thread_info.h */
#else
	return FAST(task, thread_info.flags) & (1 << 22); /* TIF_32BIT, arch/arm64/include/asm/thread_info.h */
#endif
}

#ifdef __TARGET_ARCH_x86
#define CALL_NUMBER(registers) FAST(registers, orig_ax)
#else
struct pt_regs___arm64 {
	int syscallno;
} __attribute__((preserve_access_index));
#define CALL_NUMBER(registers) FAST((struct pt_regs___arm64 *)(registers), syscallno)
#endif

#endif
