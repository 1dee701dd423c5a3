/* SPDX-License-Identifier: GPL-2.0 */
/* Generated from src/events/ by `npm run generate`; do not edit. */
#ifndef TARSIER_RECORDS_GEN_H
#define TARSIER_RECORDS_GEN_H

#define TARSIER_LAYOUT_ID 0x13fa3fb7u
#define TARSIER_SEQUENCE_LEVEL_SHIFT 48
#define TARSIER_SEQUENCE_LEVELS 3
#define TARSIER_FLAG_COMPAT 1
#define TARSIER_FLAG_URING 2
#define TARSIER_FLAG_HAS_RESULT 4
#define TARSIER_FLAG_KILLED 8
#define TARSIER_FLAG_DENIAL 16
#define TARSIER_FILE_UPPER_LAYER 1
#define TARSIER_FILE_LOWER_LAYER 2
#define TARSIER_FILE_MEMFD 4
#define TARSIER_FILE_DELETED 8
#define TARSIER_FILE_WRITABLE 16
#define TARSIER_FILE_CREATED 32
#define TARSIER_FILE_PROCESS_MEMORY 64

#define TARSIER_TYPE_EXECVE 0
#define TARSIER_TYPE_EXECVEAT 1
#define TARSIER_TYPE_CLONE 2
#define TARSIER_TYPE_FORK 3
#define TARSIER_TYPE_VFORK 4
#define TARSIER_TYPE_CLONE3 5
#define TARSIER_TYPE_PROCEXIT 6
#define TARSIER_TYPE_SNAPSHOT 7
#define TARSIER_TYPE_OPEN 8
#define TARSIER_TYPE_OPENAT 9
#define TARSIER_TYPE_OPENAT2 10
#define TARSIER_TYPE_CREAT 11
#define TARSIER_TYPE_OPEN_BY_HANDLE_AT 12
#define TARSIER_TYPE_RENAME 13
#define TARSIER_TYPE_RENAMEAT 14
#define TARSIER_TYPE_RENAMEAT2 15
#define TARSIER_TYPE_UNLINK 16
#define TARSIER_TYPE_UNLINKAT 17
#define TARSIER_TYPE_RMDIR 18
#define TARSIER_TYPE_LINK 19
#define TARSIER_TYPE_LINKAT 20
#define TARSIER_TYPE_SYMLINK 21
#define TARSIER_TYPE_SYMLINKAT 22
#define TARSIER_TYPE_MKDIR 23
#define TARSIER_TYPE_MKDIRAT 24
#define TARSIER_TYPE_CHMOD 25
#define TARSIER_TYPE_FCHMOD 26
#define TARSIER_TYPE_FCHMODAT 27
#define TARSIER_TYPE_FCHMODAT2 28
#define TARSIER_TYPE_CHOWN 29
#define TARSIER_TYPE_LCHOWN 30
#define TARSIER_TYPE_FCHOWN 31
#define TARSIER_TYPE_FCHOWNAT 32
#define TARSIER_TYPE_TRUNCATE 33
#define TARSIER_TYPE_FTRUNCATE 34
#define TARSIER_TYPE_SETXATTR 35
#define TARSIER_TYPE_LSETXATTR 36
#define TARSIER_TYPE_FSETXATTR 37
#define TARSIER_TYPE_SETXATTRAT 38
#define TARSIER_TYPE_MKNOD 39
#define TARSIER_TYPE_MKNODAT 40
#define TARSIER_TYPE_MEMFD_CREATE 41
#define TARSIER_TYPE_MOUNT 42
#define TARSIER_TYPE_MOVE_MOUNT 43
#define TARSIER_TYPE_UMOUNT2 44
#define TARSIER_TYPE_UMOUNT 45
#define TARSIER_TYPE_PIVOT_ROOT 46
#define TARSIER_TYPE_CHROOT 47
#define TARSIER_TYPE_SOCKET 48
#define TARSIER_TYPE_CONNECT 49
#define TARSIER_TYPE_BIND 50
#define TARSIER_TYPE_LISTEN 51
#define TARSIER_TYPE_ACCEPT 52
#define TARSIER_TYPE_ACCEPT4 53
#define TARSIER_TYPE_SENDTO 54
#define TARSIER_TYPE_SENDMSG 55
#define TARSIER_TYPE_SENDMMSG 56
#define TARSIER_TYPE_WRITE 57
#define TARSIER_TYPE_WRITEV 58
#define TARSIER_TYPE_RECVFROM 59
#define TARSIER_TYPE_RECVMSG 60
#define TARSIER_TYPE_RECVMMSG 61
#define TARSIER_TYPE_READ 62
#define TARSIER_TYPE_READV 63
#define TARSIER_TYPE_SHUTDOWN 64
#define TARSIER_TYPE_TCP_STATE 65
#define TARSIER_TYPE_SETUID 66
#define TARSIER_TYPE_SETGID 67
#define TARSIER_TYPE_SETREUID 68
#define TARSIER_TYPE_SETREGID 69
#define TARSIER_TYPE_SETRESUID 70
#define TARSIER_TYPE_SETRESGID 71
#define TARSIER_TYPE_SETFSUID 72
#define TARSIER_TYPE_SETFSGID 73
#define TARSIER_TYPE_CAPSET 74
#define TARSIER_TYPE_PRCTL 75
#define TARSIER_TYPE_SECCOMP 76
#define TARSIER_TYPE_SETNS 77
#define TARSIER_TYPE_UNSHARE 78
#define TARSIER_TYPE_KEYCTL 79
#define TARSIER_TYPE_ADD_KEY 80
#define TARSIER_TYPE_REQUEST_KEY 81
#define TARSIER_TYPE_PTRACE 82
#define TARSIER_TYPE_PROCESS_VM_READV 83
#define TARSIER_TYPE_PROCESS_VM_WRITEV 84
#define TARSIER_TYPE_PIDFD_GETFD 85
#define TARSIER_TYPE_MMAP 86
#define TARSIER_TYPE_MPROTECT 87
#define TARSIER_TYPE_PKEY_MPROTECT 88
#define TARSIER_TYPE_INIT_MODULE 89
#define TARSIER_TYPE_FINIT_MODULE 90
#define TARSIER_TYPE_DELETE_MODULE 91
#define TARSIER_TYPE_BPF 92
#define TARSIER_TYPE_PERF_EVENT_OPEN 93
#define TARSIER_TYPE_USERFAULTFD 94
#define TARSIER_TYPE_KEXEC_LOAD 95
#define TARSIER_TYPE_KEXEC_FILE_LOAD 96
#define TARSIER_TYPE_DUP 97
#define TARSIER_TYPE_DUP2 98
#define TARSIER_TYPE_DUP3 99
#define TARSIER_TYPE_FCNTL 100
#define TARSIER_TYPE_KILL 101
#define TARSIER_TYPE_TKILL 102
#define TARSIER_TYPE_TGKILL 103
#define TARSIER_TYPE_PIDFD_SEND_SIGNAL 104
#define TARSIER_TYPE_RT_SIGQUEUEINFO 105
#define TARSIER_TYPE_RT_TGSIGQUEUEINFO 106
#define TARSIER_TYPE_IO_URING_SETUP 107
#define TARSIER_TYPE_COMPAT 108
#define TARSIER_TYPE_RENAME_TASK 109
#define TARSIER_TYPE_CGROUP_MKDIR 110
#define TARSIER_TYPE_COUNT 111

struct tarsier_header {
	__u64 seq;
	__u64 time_ns;
	__u64 start_ns;
	__u64 parent_start_ns;
	__u64 cgroup_id;
	__u64 cap_effective;
	__u64 cap_permitted;
	__u64 cap_inheritable;
	__s64 result;
	__u32 size;
	__u32 pid;
	__u32 tid;
	__u32 ppid;
	__u32 vpid;
	__u32 vtid;
	__u32 uid;
	__u32 gid;
	__u32 euid;
	__u32 egid;
	__u32 loginuid;
	__u32 sid;
	__u32 tty;
	__u32 pid_ns;
	__u32 mnt_ns;
	__u32 user_ns;
	__u32 net_ns;
	__u32 repeat;
	__u32 truncated;
	__u16 kind;
	__u16 type;
	__u16 cpu;
	__u16 flags;
	__u8 comm[16];
	__u8 pad[4];
};
_Static_assert(sizeof(struct tarsier_header) == 176, "tarsier_header has hidden padding");

#define TARSIER_KIND_PROCESS_EXEC 1
#define TARSIER_PROCESS_EXEC_EXE_BIT 0
#define TARSIER_PROCESS_EXEC_EXE_MAX 4096
#define TARSIER_PROCESS_EXEC_CWD_BIT 1
#define TARSIER_PROCESS_EXEC_CWD_MAX 4096
#define TARSIER_PROCESS_EXEC_ARGV_BIT 2
#define TARSIER_PROCESS_EXEC_ARGV_MAX 16384
#define TARSIER_PROCESS_EXEC_ENV_BIT 3
#define TARSIER_PROCESS_EXEC_ENV_MAX 8192
#define TARSIER_PROCESS_EXEC_RAW_PATH_BIT 4
#define TARSIER_PROCESS_EXEC_RAW_PATH_MAX 4096
#define TARSIER_PROCESS_EXEC_MAX_SIZE 37128
struct tarsier_process_exec {
	struct tarsier_header header;
	__u64 ino;
	__u64 exe_ctime_ns;
	__u64 exe_mtime_ns;
	__u32 dev;
	__u32 file_mode;
	__u32 file_uid;
	__u32 file_flags;
	__u32 exec_count;
	__u32 pgid;
	__u32 vpgid;
	__u32 vsid;
	__u32 exe;	/* slot: offset | length << 16 */
	__u32 cwd;	/* slot: offset | length << 16 */
	__u32 argv;	/* slot: offset | length << 16 */
	__u32 env;	/* slot: offset | length << 16 */
	__u32 raw_path;	/* slot: offset | length << 16 */
	__u16 stdin;
	__u16 stdout;
	__u16 stderr;
	__u8 pad[6];
};
_Static_assert(sizeof(struct tarsier_process_exec) == 264, "tarsier_process_exec has hidden padding");

#define TARSIER_KIND_PROCESS_EXEC_FAILED 2
#define TARSIER_PROCESS_EXEC_FAILED_PATH_BIT 0
#define TARSIER_PROCESS_EXEC_FAILED_PATH_MAX 4096
#define TARSIER_PROCESS_EXEC_FAILED_RAW_PATH_BIT 1
#define TARSIER_PROCESS_EXEC_FAILED_RAW_PATH_MAX 4096
#define TARSIER_PROCESS_EXEC_FAILED_MAX_SIZE 8384
struct tarsier_process_exec_failed {
	struct tarsier_header header;
	__u32 path;	/* slot: offset | length << 16 */
	__u32 raw_path;	/* slot: offset | length << 16 */
	__u32 exec_flags;
	__u8 pad[4];
};
_Static_assert(sizeof(struct tarsier_process_exec_failed) == 192, "tarsier_process_exec_failed has hidden padding");

#define TARSIER_KIND_PROCESS_FORK 3
#define TARSIER_PROCESS_FORK_MAX_SIZE 216
struct tarsier_process_fork {
	struct tarsier_header header;
	__u64 child_start_ns;
	__u64 clone_flags;
	__u32 child_pid;
	__u32 child_vpid;
	__u32 child_pid_ns;
	__u32 child_user_ns;
	__u32 child_mnt_ns;
	__u32 child_net_ns;
};
_Static_assert(sizeof(struct tarsier_process_fork) == 216, "tarsier_process_fork has hidden padding");

#define TARSIER_KIND_PROCESS_EXIT 4
#define TARSIER_PROCESS_EXIT_MAX_SIZE 200
struct tarsier_process_exit {
	struct tarsier_header header;
	__u64 duration_ns;
	__s32 code;
	__u32 signal;
	__u32 core_dumped;
	__u8 pad[4];
};
_Static_assert(sizeof(struct tarsier_process_exit) == 200, "tarsier_process_exit has hidden padding");

#define TARSIER_KIND_PROCESS_SNAPSHOT 5
#define TARSIER_PROCESS_SNAPSHOT_EXE_BIT 0
#define TARSIER_PROCESS_SNAPSHOT_EXE_MAX 4096
#define TARSIER_PROCESS_SNAPSHOT_CWD_BIT 1
#define TARSIER_PROCESS_SNAPSHOT_CWD_MAX 4096
#define TARSIER_PROCESS_SNAPSHOT_ARGV_BIT 2
#define TARSIER_PROCESS_SNAPSHOT_ARGV_MAX 16384
#define TARSIER_PROCESS_SNAPSHOT_ENV_BIT 3
#define TARSIER_PROCESS_SNAPSHOT_ENV_MAX 8192
#define TARSIER_PROCESS_SNAPSHOT_MAX_SIZE 33024
struct tarsier_process_snapshot {
	struct tarsier_header header;
	__u64 ino;
	__u64 exe_ctime_ns;
	__u64 exe_mtime_ns;
	__u32 dev;
	__u32 file_mode;
	__u32 file_uid;
	__u32 file_flags;
	__u32 exec_count;
	__u32 pgid;
	__u32 vpgid;
	__u32 vsid;
	__u32 exe;	/* slot: offset | length << 16 */
	__u32 cwd;	/* slot: offset | length << 16 */
	__u32 argv;	/* slot: offset | length << 16 */
	__u32 env;	/* slot: offset | length << 16 */
	__u16 stdin;
	__u16 stdout;
	__u16 stderr;
	__u8 pad[2];
};
_Static_assert(sizeof(struct tarsier_process_snapshot) == 256, "tarsier_process_snapshot has hidden padding");

#define TARSIER_KIND_FILE_OPEN 10
#define TARSIER_FILE_OPEN_PATH_BIT 0
#define TARSIER_FILE_OPEN_PATH_MAX 4096
#define TARSIER_FILE_OPEN_RAW_PATH_BIT 1
#define TARSIER_FILE_OPEN_RAW_PATH_MAX 4096
#define TARSIER_FILE_OPEN_MAX_SIZE 8424
struct tarsier_file_open {
	struct tarsier_header header;
	__u64 ino;
	__u64 resolve;
	__u32 dev;
	__u32 file_mode;
	__u32 file_uid;
	__u32 file_flags;
	__u32 path;	/* slot: offset | length << 16 */
	__u32 raw_path;	/* slot: offset | length << 16 */
	__u32 open_flags;
	__u32 mode;
	__s32 dirfd;
	__u32 link_count;
};
_Static_assert(sizeof(struct tarsier_file_open) == 232, "tarsier_file_open has hidden padding");

#define TARSIER_KIND_FILE_RENAME 11
#define TARSIER_FILE_RENAME_OLD_PATH_BIT 0
#define TARSIER_FILE_RENAME_OLD_PATH_MAX 4096
#define TARSIER_FILE_RENAME_NEW_PATH_BIT 1
#define TARSIER_FILE_RENAME_NEW_PATH_MAX 4096
#define TARSIER_FILE_RENAME_RAW_OLD_PATH_BIT 2
#define TARSIER_FILE_RENAME_RAW_OLD_PATH_MAX 4096
#define TARSIER_FILE_RENAME_RAW_NEW_PATH_BIT 3
#define TARSIER_FILE_RENAME_RAW_NEW_PATH_MAX 4096
#define TARSIER_FILE_RENAME_MAX_SIZE 16592
struct tarsier_file_rename {
	struct tarsier_header header;
	__u32 rename_flags;
	__s32 old_dirfd;
	__s32 new_dirfd;
	__u32 old_path;	/* slot: offset | length << 16 */
	__u32 new_path;	/* slot: offset | length << 16 */
	__u32 raw_old_path;	/* slot: offset | length << 16 */
	__u32 raw_new_path;	/* slot: offset | length << 16 */
	__u8 pad[4];
};
_Static_assert(sizeof(struct tarsier_file_rename) == 208, "tarsier_file_rename has hidden padding");

#define TARSIER_KIND_FILE_UNLINK 12
#define TARSIER_FILE_UNLINK_PATH_BIT 0
#define TARSIER_FILE_UNLINK_PATH_MAX 4096
#define TARSIER_FILE_UNLINK_RAW_PATH_BIT 1
#define TARSIER_FILE_UNLINK_RAW_PATH_MAX 4096
#define TARSIER_FILE_UNLINK_MAX_SIZE 8384
struct tarsier_file_unlink {
	struct tarsier_header header;
	__u32 path;	/* slot: offset | length << 16 */
	__u32 raw_path;	/* slot: offset | length << 16 */
	__u32 unlink_flags;
	__s32 dirfd;
};
_Static_assert(sizeof(struct tarsier_file_unlink) == 192, "tarsier_file_unlink has hidden padding");

#define TARSIER_KIND_FILE_LINK 13
#define TARSIER_FILE_LINK_OLD_PATH_BIT 0
#define TARSIER_FILE_LINK_OLD_PATH_MAX 4096
#define TARSIER_FILE_LINK_NEW_PATH_BIT 1
#define TARSIER_FILE_LINK_NEW_PATH_MAX 4096
#define TARSIER_FILE_LINK_RAW_OLD_PATH_BIT 2
#define TARSIER_FILE_LINK_RAW_OLD_PATH_MAX 4096
#define TARSIER_FILE_LINK_RAW_NEW_PATH_BIT 3
#define TARSIER_FILE_LINK_RAW_NEW_PATH_MAX 4096
#define TARSIER_FILE_LINK_MAX_SIZE 16592
struct tarsier_file_link {
	struct tarsier_header header;
	__u32 link_flags;
	__s32 old_dirfd;
	__s32 new_dirfd;
	__u32 symbolic;
	__u32 old_path;	/* slot: offset | length << 16 */
	__u32 new_path;	/* slot: offset | length << 16 */
	__u32 raw_old_path;	/* slot: offset | length << 16 */
	__u32 raw_new_path;	/* slot: offset | length << 16 */
};
_Static_assert(sizeof(struct tarsier_file_link) == 208, "tarsier_file_link has hidden padding");

#define TARSIER_KIND_FILE_MKDIR 14
#define TARSIER_FILE_MKDIR_PATH_BIT 0
#define TARSIER_FILE_MKDIR_PATH_MAX 4096
#define TARSIER_FILE_MKDIR_RAW_PATH_BIT 1
#define TARSIER_FILE_MKDIR_RAW_PATH_MAX 4096
#define TARSIER_FILE_MKDIR_MAX_SIZE 8384
struct tarsier_file_mkdir {
	struct tarsier_header header;
	__u32 path;	/* slot: offset | length << 16 */
	__u32 raw_path;	/* slot: offset | length << 16 */
	__u32 mode;
	__s32 dirfd;
};
_Static_assert(sizeof(struct tarsier_file_mkdir) == 192, "tarsier_file_mkdir has hidden padding");

#define TARSIER_KIND_FILE_CHMOD 15
#define TARSIER_FILE_CHMOD_PATH_BIT 0
#define TARSIER_FILE_CHMOD_PATH_MAX 4096
#define TARSIER_FILE_CHMOD_RAW_PATH_BIT 1
#define TARSIER_FILE_CHMOD_RAW_PATH_MAX 4096
#define TARSIER_FILE_CHMOD_MAX_SIZE 8384
struct tarsier_file_chmod {
	struct tarsier_header header;
	__u32 path;	/* slot: offset | length << 16 */
	__u32 raw_path;	/* slot: offset | length << 16 */
	__u32 mode;
	__s32 fd;
};
_Static_assert(sizeof(struct tarsier_file_chmod) == 192, "tarsier_file_chmod has hidden padding");

#define TARSIER_KIND_FILE_CHOWN 16
#define TARSIER_FILE_CHOWN_PATH_BIT 0
#define TARSIER_FILE_CHOWN_PATH_MAX 4096
#define TARSIER_FILE_CHOWN_RAW_PATH_BIT 1
#define TARSIER_FILE_CHOWN_RAW_PATH_MAX 4096
#define TARSIER_FILE_CHOWN_MAX_SIZE 8392
struct tarsier_file_chown {
	struct tarsier_header header;
	__u32 path;	/* slot: offset | length << 16 */
	__u32 raw_path;	/* slot: offset | length << 16 */
	__u32 new_uid;
	__u32 new_gid;
	__s32 fd;
	__u32 chown_flags;
};
_Static_assert(sizeof(struct tarsier_file_chown) == 200, "tarsier_file_chown has hidden padding");

#define TARSIER_KIND_FILE_TRUNCATE 17
#define TARSIER_FILE_TRUNCATE_PATH_BIT 0
#define TARSIER_FILE_TRUNCATE_PATH_MAX 4096
#define TARSIER_FILE_TRUNCATE_RAW_PATH_BIT 1
#define TARSIER_FILE_TRUNCATE_RAW_PATH_MAX 4096
#define TARSIER_FILE_TRUNCATE_MAX_SIZE 8392
struct tarsier_file_truncate {
	struct tarsier_header header;
	__u64 length;
	__u32 path;	/* slot: offset | length << 16 */
	__u32 raw_path;	/* slot: offset | length << 16 */
	__s32 fd;
	__u8 pad[4];
};
_Static_assert(sizeof(struct tarsier_file_truncate) == 200, "tarsier_file_truncate has hidden padding");

#define TARSIER_KIND_FILE_SETXATTR 18
#define TARSIER_FILE_SETXATTR_PATH_BIT 0
#define TARSIER_FILE_SETXATTR_PATH_MAX 4096
#define TARSIER_FILE_SETXATTR_RAW_PATH_BIT 1
#define TARSIER_FILE_SETXATTR_RAW_PATH_MAX 4096
#define TARSIER_FILE_SETXATTR_ATTRIBUTE_BIT 2
#define TARSIER_FILE_SETXATTR_ATTRIBUTE_MAX 256
#define TARSIER_FILE_SETXATTR_MAX_SIZE 8648
struct tarsier_file_setxattr {
	struct tarsier_header header;
	__u32 path;	/* slot: offset | length << 16 */
	__u32 raw_path;	/* slot: offset | length << 16 */
	__s32 fd;
	__u32 value_size;
	__u32 attribute;	/* slot: offset | length << 16 */
	__u8 pad[4];
};
_Static_assert(sizeof(struct tarsier_file_setxattr) == 200, "tarsier_file_setxattr has hidden padding");

#define TARSIER_KIND_FILE_MKNOD 19
#define TARSIER_FILE_MKNOD_PATH_BIT 0
#define TARSIER_FILE_MKNOD_PATH_MAX 4096
#define TARSIER_FILE_MKNOD_RAW_PATH_BIT 1
#define TARSIER_FILE_MKNOD_RAW_PATH_MAX 4096
#define TARSIER_FILE_MKNOD_MAX_SIZE 8392
struct tarsier_file_mknod {
	struct tarsier_header header;
	__u32 path;	/* slot: offset | length << 16 */
	__u32 raw_path;	/* slot: offset | length << 16 */
	__u32 mode;
	__u32 node_dev;
	__s32 dirfd;
	__u8 pad[4];
};
_Static_assert(sizeof(struct tarsier_file_mknod) == 200, "tarsier_file_mknod has hidden padding");

#define TARSIER_KIND_FILE_MEMFD_CREATE 20
#define TARSIER_FILE_MEMFD_CREATE_MEMFD_NAME_BIT 0
#define TARSIER_FILE_MEMFD_CREATE_MEMFD_NAME_MAX 256
#define TARSIER_FILE_MEMFD_CREATE_MAX_SIZE 440
struct tarsier_file_memfd_create {
	struct tarsier_header header;
	__u32 memfd_flags;
	__u32 memfd_name;	/* slot: offset | length << 16 */
};
_Static_assert(sizeof(struct tarsier_file_memfd_create) == 184, "tarsier_file_memfd_create has hidden padding");

#define TARSIER_KIND_MOUNT_MOUNT 21
#define TARSIER_MOUNT_MOUNT_SOURCE_PATH_BIT 0
#define TARSIER_MOUNT_MOUNT_SOURCE_PATH_MAX 4096
#define TARSIER_MOUNT_MOUNT_TARGET_PATH_BIT 1
#define TARSIER_MOUNT_MOUNT_TARGET_PATH_MAX 4096
#define TARSIER_MOUNT_MOUNT_FILE_SYSTEM_BIT 2
#define TARSIER_MOUNT_MOUNT_FILE_SYSTEM_MAX 64
#define TARSIER_MOUNT_MOUNT_MAX_SIZE 8456
struct tarsier_mount_mount {
	struct tarsier_header header;
	__u64 mount_flags;
	__u32 source_path;	/* slot: offset | length << 16 */
	__u32 target_path;	/* slot: offset | length << 16 */
	__u32 file_system;	/* slot: offset | length << 16 */
	__u8 pad[4];
};
_Static_assert(sizeof(struct tarsier_mount_mount) == 200, "tarsier_mount_mount has hidden padding");

#define TARSIER_KIND_MOUNT_UMOUNT 22
#define TARSIER_MOUNT_UMOUNT_PATH_BIT 0
#define TARSIER_MOUNT_UMOUNT_PATH_MAX 4096
#define TARSIER_MOUNT_UMOUNT_RAW_PATH_BIT 1
#define TARSIER_MOUNT_UMOUNT_RAW_PATH_MAX 4096
#define TARSIER_MOUNT_UMOUNT_MAX_SIZE 8384
struct tarsier_mount_umount {
	struct tarsier_header header;
	__u32 path;	/* slot: offset | length << 16 */
	__u32 raw_path;	/* slot: offset | length << 16 */
	__u32 umount_flags;
	__u8 pad[4];
};
_Static_assert(sizeof(struct tarsier_mount_umount) == 192, "tarsier_mount_umount has hidden padding");

#define TARSIER_KIND_MOUNT_ROOT 23
#define TARSIER_MOUNT_ROOT_PATH_BIT 0
#define TARSIER_MOUNT_ROOT_PATH_MAX 4096
#define TARSIER_MOUNT_ROOT_RAW_PATH_BIT 1
#define TARSIER_MOUNT_ROOT_RAW_PATH_MAX 4096
#define TARSIER_MOUNT_ROOT_PUT_OLD_BIT 2
#define TARSIER_MOUNT_ROOT_PUT_OLD_MAX 4096
#define TARSIER_MOUNT_ROOT_MAX_SIZE 12480
struct tarsier_mount_root {
	struct tarsier_header header;
	__u32 path;	/* slot: offset | length << 16 */
	__u32 raw_path;	/* slot: offset | length << 16 */
	__u32 put_old;	/* slot: offset | length << 16 */
	__u8 pad[4];
};
_Static_assert(sizeof(struct tarsier_mount_root) == 192, "tarsier_mount_root has hidden padding");

#define TARSIER_KIND_NET_SOCKET 30
#define TARSIER_NET_SOCKET_UNIX_PATH_BIT 0
#define TARSIER_NET_SOCKET_UNIX_PATH_MAX 108
#define TARSIER_NET_SOCKET_MAX_SIZE 352
struct tarsier_net_socket {
	struct tarsier_header header;
	__u64 socket_ino;
	__s32 fd;
	__u32 unix_path;	/* slot: offset | length << 16 */
	__u16 family;
	__u16 socket_type;
	__u16 protocol;
	__u16 role;
	__u16 local_port;
	__u16 remote_port;
	__u16 state;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u8 pad[2];
};
_Static_assert(sizeof(struct tarsier_net_socket) == 240, "tarsier_net_socket has hidden padding");

#define TARSIER_KIND_NET_CONNECT 31
#define TARSIER_NET_CONNECT_UNIX_PATH_BIT 0
#define TARSIER_NET_CONNECT_UNIX_PATH_MAX 108
#define TARSIER_NET_CONNECT_MAX_SIZE 352
struct tarsier_net_connect {
	struct tarsier_header header;
	__u64 socket_ino;
	__s32 fd;
	__u32 unix_path;	/* slot: offset | length << 16 */
	__u16 family;
	__u16 socket_type;
	__u16 protocol;
	__u16 role;
	__u16 local_port;
	__u16 remote_port;
	__u16 state;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u8 pad[2];
};
_Static_assert(sizeof(struct tarsier_net_connect) == 240, "tarsier_net_connect has hidden padding");

#define TARSIER_KIND_NET_BIND 32
#define TARSIER_NET_BIND_UNIX_PATH_BIT 0
#define TARSIER_NET_BIND_UNIX_PATH_MAX 108
#define TARSIER_NET_BIND_MAX_SIZE 352
struct tarsier_net_bind {
	struct tarsier_header header;
	__u64 socket_ino;
	__s32 fd;
	__u32 unix_path;	/* slot: offset | length << 16 */
	__u16 family;
	__u16 socket_type;
	__u16 protocol;
	__u16 role;
	__u16 local_port;
	__u16 remote_port;
	__u16 state;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u8 pad[2];
};
_Static_assert(sizeof(struct tarsier_net_bind) == 240, "tarsier_net_bind has hidden padding");

#define TARSIER_KIND_NET_LISTEN 33
#define TARSIER_NET_LISTEN_UNIX_PATH_BIT 0
#define TARSIER_NET_LISTEN_UNIX_PATH_MAX 108
#define TARSIER_NET_LISTEN_MAX_SIZE 360
struct tarsier_net_listen {
	struct tarsier_header header;
	__u64 socket_ino;
	__s32 fd;
	__u32 unix_path;	/* slot: offset | length << 16 */
	__s32 backlog;
	__u16 family;
	__u16 socket_type;
	__u16 protocol;
	__u16 role;
	__u16 local_port;
	__u16 remote_port;
	__u16 state;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u8 pad[6];
};
_Static_assert(sizeof(struct tarsier_net_listen) == 248, "tarsier_net_listen has hidden padding");

#define TARSIER_KIND_NET_ACCEPT 34
#define TARSIER_NET_ACCEPT_UNIX_PATH_BIT 0
#define TARSIER_NET_ACCEPT_UNIX_PATH_MAX 108
#define TARSIER_NET_ACCEPT_MAX_SIZE 360
struct tarsier_net_accept {
	struct tarsier_header header;
	__u64 socket_ino;
	__s32 fd;
	__u32 unix_path;	/* slot: offset | length << 16 */
	__s32 listen_fd;
	__u32 accept_flags;
	__u16 family;
	__u16 socket_type;
	__u16 protocol;
	__u16 role;
	__u16 local_port;
	__u16 remote_port;
	__u16 state;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u8 pad[2];
};
_Static_assert(sizeof(struct tarsier_net_accept) == 248, "tarsier_net_accept has hidden padding");

#define TARSIER_KIND_NET_SEND 35
#define TARSIER_NET_SEND_UNIX_PATH_BIT 0
#define TARSIER_NET_SEND_UNIX_PATH_MAX 108
#define TARSIER_NET_SEND_PAYLOAD_BIT 1
#define TARSIER_NET_SEND_PAYLOAD_MAX 512
#define TARSIER_NET_SEND_MAX_SIZE 880
struct tarsier_net_send {
	struct tarsier_header header;
	__u64 socket_ino;
	__s32 fd;
	__u32 unix_path;	/* slot: offset | length << 16 */
	__u32 message_flags;
	__u32 message_size;
	__u32 payload;	/* slot: offset | length << 16 */
	__u16 family;
	__u16 socket_type;
	__u16 protocol;
	__u16 role;
	__u16 local_port;
	__u16 remote_port;
	__u16 state;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u8 pad[6];
};
_Static_assert(sizeof(struct tarsier_net_send) == 256, "tarsier_net_send has hidden padding");

#define TARSIER_KIND_NET_RECV 36
#define TARSIER_NET_RECV_UNIX_PATH_BIT 0
#define TARSIER_NET_RECV_UNIX_PATH_MAX 108
#define TARSIER_NET_RECV_PAYLOAD_BIT 1
#define TARSIER_NET_RECV_PAYLOAD_MAX 512
#define TARSIER_NET_RECV_MAX_SIZE 880
struct tarsier_net_recv {
	struct tarsier_header header;
	__u64 socket_ino;
	__s32 fd;
	__u32 unix_path;	/* slot: offset | length << 16 */
	__u32 message_flags;
	__u32 message_size;
	__u32 payload;	/* slot: offset | length << 16 */
	__u16 family;
	__u16 socket_type;
	__u16 protocol;
	__u16 role;
	__u16 local_port;
	__u16 remote_port;
	__u16 state;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u8 pad[6];
};
_Static_assert(sizeof(struct tarsier_net_recv) == 256, "tarsier_net_recv has hidden padding");

#define TARSIER_KIND_NET_SHUTDOWN 37
#define TARSIER_NET_SHUTDOWN_UNIX_PATH_BIT 0
#define TARSIER_NET_SHUTDOWN_UNIX_PATH_MAX 108
#define TARSIER_NET_SHUTDOWN_MAX_SIZE 360
struct tarsier_net_shutdown {
	struct tarsier_header header;
	__u64 socket_ino;
	__s32 fd;
	__u32 unix_path;	/* slot: offset | length << 16 */
	__u32 how;
	__u16 family;
	__u16 socket_type;
	__u16 protocol;
	__u16 role;
	__u16 local_port;
	__u16 remote_port;
	__u16 state;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u8 pad[6];
};
_Static_assert(sizeof(struct tarsier_net_shutdown) == 248, "tarsier_net_shutdown has hidden padding");

#define TARSIER_KIND_NET_TCP_STATE 38
#define TARSIER_NET_TCP_STATE_UNIX_PATH_BIT 0
#define TARSIER_NET_TCP_STATE_UNIX_PATH_MAX 108
#define TARSIER_NET_TCP_STATE_MAX_SIZE 360
struct tarsier_net_tcp_state {
	struct tarsier_header header;
	__u64 socket_ino;
	__s32 fd;
	__u32 unix_path;	/* slot: offset | length << 16 */
	__u32 old_state;
	__u32 new_state;
	__u16 family;
	__u16 socket_type;
	__u16 protocol;
	__u16 role;
	__u16 local_port;
	__u16 remote_port;
	__u16 state;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u8 pad[2];
};
_Static_assert(sizeof(struct tarsier_net_tcp_state) == 248, "tarsier_net_tcp_state has hidden padding");

#define TARSIER_KIND_CRED_SET_IDS 40
#define TARSIER_CRED_SET_IDS_MAX_SIZE 200
struct tarsier_cred_set_ids {
	struct tarsier_header header;
	__u32 arg0;
	__u32 arg1;
	__u32 arg2;
	__u32 suid;
	__u32 sgid;
	__u8 pad[4];
};
_Static_assert(sizeof(struct tarsier_cred_set_ids) == 200, "tarsier_cred_set_ids has hidden padding");

#define TARSIER_KIND_CRED_CAPSET 41
#define TARSIER_CRED_CAPSET_MAX_SIZE 200
struct tarsier_cred_capset {
	struct tarsier_header header;
	__u64 asked_effective;
	__u64 asked_permitted;
	__u64 asked_inheritable;
};
_Static_assert(sizeof(struct tarsier_cred_capset) == 200, "tarsier_cred_capset has hidden padding");

#define TARSIER_KIND_CRED_PRCTL 42
#define TARSIER_CRED_PRCTL_NEW_NAME_BIT 0
#define TARSIER_CRED_PRCTL_NEW_NAME_MAX 16
#define TARSIER_CRED_PRCTL_MAX_SIZE 208
struct tarsier_cred_prctl {
	struct tarsier_header header;
	__u64 arg2;
	__u32 option;
	__u32 new_name;	/* slot: offset | length << 16 */
};
_Static_assert(sizeof(struct tarsier_cred_prctl) == 192, "tarsier_cred_prctl has hidden padding");

#define TARSIER_KIND_NS_SETNS 43
#define TARSIER_NS_SETNS_NS_NAME_BIT 0
#define TARSIER_NS_SETNS_NS_NAME_MAX 16
#define TARSIER_NS_SETNS_MAX_SIZE 208
struct tarsier_ns_setns {
	struct tarsier_header header;
	__u32 ns_type;
	__u32 ns_inum;
	__s32 fd;
	__u32 ns_name;	/* slot: offset | length << 16 */
};
_Static_assert(sizeof(struct tarsier_ns_setns) == 192, "tarsier_ns_setns has hidden padding");

#define TARSIER_KIND_NS_UNSHARE 44
#define TARSIER_NS_UNSHARE_MAX_SIZE 184
struct tarsier_ns_unshare {
	struct tarsier_header header;
	__u64 unshare_flags;
};
_Static_assert(sizeof(struct tarsier_ns_unshare) == 184, "tarsier_ns_unshare has hidden padding");

#define TARSIER_KIND_KEY_KEYCTL 45
#define TARSIER_KEY_KEYCTL_KEY_DESCRIPTION_BIT 0
#define TARSIER_KEY_KEYCTL_KEY_DESCRIPTION_MAX 256
#define TARSIER_KEY_KEYCTL_MAX_SIZE 448
struct tarsier_key_keyctl {
	struct tarsier_header header;
	__s32 operation;
	__s32 key_id;
	__u32 key_description;	/* slot: offset | length << 16 */
	__u8 pad[4];
};
_Static_assert(sizeof(struct tarsier_key_keyctl) == 192, "tarsier_key_keyctl has hidden padding");

#define TARSIER_KIND_INJECT_PTRACE 50
#define TARSIER_INJECT_PTRACE_MAX_SIZE 216
struct tarsier_inject_ptrace {
	struct tarsier_header header;
	__u64 target_start_ns;
	__u64 address;
	__u64 data_argument;
	__u32 target_pid;
	__s32 target_given_pid;
	__u32 request;
	__u8 pad[4];
};
_Static_assert(sizeof(struct tarsier_inject_ptrace) == 216, "tarsier_inject_ptrace has hidden padding");

#define TARSIER_KIND_INJECT_PROCESS_VM 51
#define TARSIER_INJECT_PROCESS_VM_MAX_SIZE 192
struct tarsier_inject_process_vm {
	struct tarsier_header header;
	__u64 target_start_ns;
	__u32 target_pid;
	__s32 target_given_pid;
};
_Static_assert(sizeof(struct tarsier_inject_process_vm) == 192, "tarsier_inject_process_vm has hidden padding");

#define TARSIER_KIND_INJECT_PIDFD_GETFD 52
#define TARSIER_INJECT_PIDFD_GETFD_MAX_SIZE 200
struct tarsier_inject_pidfd_getfd {
	struct tarsier_header header;
	__u64 target_start_ns;
	__u32 target_pid;
	__s32 target_given_pid;
	__s32 pidfd;
	__s32 target_fd;
};
_Static_assert(sizeof(struct tarsier_inject_pidfd_getfd) == 200, "tarsier_inject_pidfd_getfd has hidden padding");

#define TARSIER_KIND_MEMORY_PROTECT 54
#define TARSIER_MEMORY_PROTECT_MAX_SIZE 208
struct tarsier_memory_protect {
	struct tarsier_header header;
	__u64 address;
	__u64 length;
	__u32 protection;
	__u32 map_flags;
	__u32 backing;
	__s32 fd;
};
_Static_assert(sizeof(struct tarsier_memory_protect) == 208, "tarsier_memory_protect has hidden padding");

#define TARSIER_KIND_KERNEL_MODULE 55
#define TARSIER_KERNEL_MODULE_MODULE_NAME_BIT 0
#define TARSIER_KERNEL_MODULE_MODULE_NAME_MAX 64
#define TARSIER_KERNEL_MODULE_MODULE_PATH_BIT 1
#define TARSIER_KERNEL_MODULE_MODULE_PATH_MAX 4096
#define TARSIER_KERNEL_MODULE_PARAMETERS_BIT 2
#define TARSIER_KERNEL_MODULE_PARAMETERS_MAX 256
#define TARSIER_KERNEL_MODULE_MAX_SIZE 4616
struct tarsier_kernel_module {
	struct tarsier_header header;
	__u32 module_flags;
	__s32 fd;
	__u32 module_name;	/* slot: offset | length << 16 */
	__u32 module_path;	/* slot: offset | length << 16 */
	__u32 parameters;	/* slot: offset | length << 16 */
	__u8 pad[4];
};
_Static_assert(sizeof(struct tarsier_kernel_module) == 200, "tarsier_kernel_module has hidden padding");

#define TARSIER_KIND_KERNEL_BPF 56
#define TARSIER_KERNEL_BPF_OBJECT_NAME_BIT 0
#define TARSIER_KERNEL_BPF_OBJECT_NAME_MAX 16
#define TARSIER_KERNEL_BPF_MAX_SIZE 208
struct tarsier_kernel_bpf {
	struct tarsier_header header;
	__u32 command;
	__u32 program_type;
	__u32 object_name;	/* slot: offset | length << 16 */
	__u8 pad[4];
};
_Static_assert(sizeof(struct tarsier_kernel_bpf) == 192, "tarsier_kernel_bpf has hidden padding");

#define TARSIER_KIND_KERNEL_PERF_EVENT_OPEN 57
#define TARSIER_KERNEL_PERF_EVENT_OPEN_MAX_SIZE 208
struct tarsier_kernel_perf_event_open {
	struct tarsier_header header;
	__u64 target_start_ns;
	__u64 config;
	__u32 target_pid;
	__s32 target_given_pid;
	__u32 perf_type;
	__s32 on_cpu;
};
_Static_assert(sizeof(struct tarsier_kernel_perf_event_open) == 208, "tarsier_kernel_perf_event_open has hidden padding");

#define TARSIER_KIND_KERNEL_USERFAULTFD 58
#define TARSIER_KERNEL_USERFAULTFD_MAX_SIZE 184
struct tarsier_kernel_userfaultfd {
	struct tarsier_header header;
	__u32 fault_flags;
	__u8 pad[4];
};
_Static_assert(sizeof(struct tarsier_kernel_userfaultfd) == 184, "tarsier_kernel_userfaultfd has hidden padding");

#define TARSIER_KIND_KERNEL_KEXEC 59
#define TARSIER_KERNEL_KEXEC_KERNEL_PATH_BIT 0
#define TARSIER_KERNEL_KEXEC_KERNEL_PATH_MAX 4096
#define TARSIER_KERNEL_KEXEC_MAX_SIZE 4288
struct tarsier_kernel_kexec {
	struct tarsier_header header;
	__u64 kexec_flags;
	__u32 kernel_path;	/* slot: offset | length << 16 */
	__u8 pad[4];
};
_Static_assert(sizeof(struct tarsier_kernel_kexec) == 192, "tarsier_kernel_kexec has hidden padding");

#define TARSIER_KIND_FD_DUP 60
#define TARSIER_FD_DUP_UNIX_PATH_BIT 0
#define TARSIER_FD_DUP_UNIX_PATH_MAX 108
#define TARSIER_FD_DUP_MAX_SIZE 360
struct tarsier_fd_dup {
	struct tarsier_header header;
	__u64 socket_ino;
	__s32 fd;
	__u32 unix_path;	/* slot: offset | length << 16 */
	__s32 old_fd;
	__u16 family;
	__u16 socket_type;
	__u16 protocol;
	__u16 role;
	__u16 local_port;
	__u16 remote_port;
	__u16 state;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u8 pad[6];
};
_Static_assert(sizeof(struct tarsier_fd_dup) == 248, "tarsier_fd_dup has hidden padding");

#define TARSIER_KIND_SIGNAL_KILL 61
#define TARSIER_SIGNAL_KILL_MAX_SIZE 200
struct tarsier_signal_kill {
	struct tarsier_header header;
	__u64 target_start_ns;
	__u32 target_pid;
	__s32 target_given_pid;
	__u32 signal;
	__u32 target_tid;
};
_Static_assert(sizeof(struct tarsier_signal_kill) == 200, "tarsier_signal_kill has hidden padding");

#define TARSIER_KIND_URING_SETUP 70
#define TARSIER_URING_SETUP_MAX_SIZE 184
struct tarsier_uring_setup {
	struct tarsier_header header;
	__u32 entries;
	__u32 setup_flags;
};
_Static_assert(sizeof(struct tarsier_uring_setup) == 184, "tarsier_uring_setup has hidden padding");

#define TARSIER_KIND_SYSCALL_COMPAT 71
#define TARSIER_SYSCALL_COMPAT_MAX_SIZE 208
struct tarsier_syscall_compat {
	struct tarsier_header header;
	__u64 arg0;
	__u64 arg1;
	__u64 arg2;
	__u32 number;
	__u8 pad[4];
};
_Static_assert(sizeof(struct tarsier_syscall_compat) == 208, "tarsier_syscall_compat has hidden padding");

#define TARSIER_KIND_EVENT_REPEAT 72
#define TARSIER_EVENT_REPEAT_MAX_SIZE 192
struct tarsier_event_repeat {
	struct tarsier_header header;
	__u64 of_seq;
	__u64 of_kind;
};
_Static_assert(sizeof(struct tarsier_event_repeat) == 192, "tarsier_event_repeat has hidden padding");

#define TARSIER_KIND_PROCESS_RENAME 73
#define TARSIER_PROCESS_RENAME_MAX_SIZE 192
struct tarsier_process_rename {
	struct tarsier_header header;
	__u8 old_name[16];
};
_Static_assert(sizeof(struct tarsier_process_rename) == 192, "tarsier_process_rename has hidden padding");

#define TARSIER_KIND_CGROUP_MAKE 74
#define TARSIER_CGROUP_MAKE_PATH_BIT 0
#define TARSIER_CGROUP_MAKE_PATH_MAX 1024
#define TARSIER_CGROUP_MAKE_MAX_SIZE 1216
struct tarsier_cgroup_make {
	struct tarsier_header header;
	__u64 made_id;
	__u32 path;	/* slot: offset | length << 16 */
	__u8 pad[4];
};
_Static_assert(sizeof(struct tarsier_cgroup_make) == 192, "tarsier_cgroup_make has hidden padding");

#endif
