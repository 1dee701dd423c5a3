// SPDX-License-Identifier: GPL-2.0
/*
 * Opens through io_uring. Each is told at submission, by its name behind its directory; and once more when it has succeeded: then
 * there is a file, and its path and inode are the kernel's, whatever links led to it.
 */

/* Where a relative name starts, as a word of a fold key. */
static __always_inline __u64 directory_word(__s32 dirfd)
{
	struct task_struct *task = current_task();
	struct file *directory;

	if (dirfd == AT_FDCWD)
		return (__u64)READ(task, fs, pwd.dentry);
	directory = file_of_fd(dirfd);
	return (__u64)READ(directory, f_path.dentry);
}

/* Equal opens for reading are folded like those of the system call; the flags tell the two apart. */
static __always_inline bool fold_uring_open(const struct call *call, struct io_open *command, __u64 flags, __u64 *folded)
{
	struct filename *filename = READ(command, filename);
	struct open_work *work = take_open_work();

	if (!work)
		return false;
	begin_fold(&work->key, TARSIER_KIND_FILE_OPEN, call->type | call->flags << 8);
	__builtin_memset(work->words, 0, sizeof(work->words));
	if (bpf_probe_read_kernel_str(work->words, sizeof(work->words), READ(filename, name)) >= FOLDED_PATH)
		return false;
	work->key.a = hash_of_text(work->words);
	work->key.b = directory_word(READ(command, dfd));
	work->key.c = call->flags;
	add_mode(&work->key, READ(command, how.mode));
	work->key.flags = flags;
	return fold(&work->key, folded);
}

static __always_inline int uring_open(const struct call *call, struct io_kiocb *request)
{
	struct io_open *command = (struct io_open *)request;
	__u64 flags = READ(command, how.flags);
	bool writes = flags & (O_ACCMODE | O_CREAT | O_TRUNC);
	struct tarsier_file_open *record;
	struct slot *slot;
	__u64 folded = 0;

	if (!writes && fold_uring_open(call, command, flags, &folded))
		return 0;
	slot = begin_about(current_task(), TARSIER_KIND_FILE_OPEN, sizeof(*record), !writes);
	if (!slot)
		return 0;
	set_call(slot, call);
	record = (void *)slot->record;
	carry_repeats(slot, folded);
	record->open_flags = flags & ~O_LARGEFILE;
	record->mode = READ(command, how.mode);
	record->resolve = READ(command, how.resolve);
	record->dirfd = READ(command, dfd);
	APPEND_FILENAME(slot, record, FILE_OPEN, record->dirfd, READ(command, filename));
	return emit(slot);
}
URING_CALL(file_open, 18, openat, OPENAT, uring_open)
URING_CALL(file_open, 28, openat2, OPENAT2, uring_open)

/* Opcodes of openat and openat2. */
#define URING_OPENAT 18
#define URING_OPENAT2 28

/* The file that an open made: behind a descriptor of the process, or in the ring's own table (place + 1, or a free one). */
static __always_inline struct file *file_of_open(struct io_kiocb *request, struct io_open *command, __s32 result)
{
	__u32 place = READ(command, file_slot);

	if (!place)
		return file_of_fd(result);
	return registered_file(READ(request, ctx), place == (__u32)-1 ? result : place - 1);
}

/*
 * The second event of an open. A program can have the completion left out, and this hook with it (IOSQE_CQE_SKIP_SUCCESS): then
 * the first event, at submission, is all there is. The name has been given back to the kernel by now and is not told again.
 */
SEC("raw_tp/io_uring_complete")
int file_open__completed(struct bpf_raw_tracepoint_args *context)
{
	struct io_kiocb *request = (struct io_kiocb *)context->args[1];
	struct io_open *command = (struct io_open *)request;
	struct call call = { .flags = TARSIER_FLAG_URING | TARSIER_FLAG_HAS_RESULT };
	struct open_request asked = {};
	struct open_work *work = take_open_work();
	struct file *file;
	__u64 folded = 0;
	bool foldable;
	__u8 opcode;

	if (!work || !request || !bpf_core_field_exists(request->cqe))
		return 0;
	opcode = READ(request, opcode);
	if (opcode != URING_OPENAT && opcode != URING_OPENAT2)
		return 0;
	call.type = opcode == URING_OPENAT ? TARSIER_TYPE_OPENAT : TARSIER_TYPE_OPENAT2;
	call.ret = READ(request, cqe.res);
	if (call.ret < 0)
		return 0;
	file = file_of_open(request, command, call.ret);
	if (!file)
		return 0;
	asked.flags = READ(command, how.flags);
	asked.mode = READ(command, how.mode);
	asked.resolve = READ(command, how.resolve);
	asked.dirfd = READ(command, dfd);
	begin_fold(&work->key, TARSIER_KIND_FILE_OPEN, call.type | call.flags << 8);
	read_opened(&work->opened, file, work->words);
	read_identity(&work->opened, work->words);
	read_link(&work->link, work->opened.path.dentry);
	foldable = key_of_file(&work->key, &work->opened, &work->link, asked.flags);
	add_mode(&work->key, asked.mode);
	if (foldable && fold(&work->key, &folded))
		return 0;
	return send_open(&call, &asked, &work->opened, folded);
}
