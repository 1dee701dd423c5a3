// SPDX-License-Identifier: GPL-2.0
/* Programs begin, images change, programs end. */

static __always_inline __u32 group_id(struct pid *id)
{
	return FAST(id, numbers[0].nr);
}

/* Sets what imageFields hold, but for argv and env. */
#define SET_IMAGE(slot, record, KIND, task, exe)                                                                       \
	do {                                                                                                               \
		struct inode_facts facts;                                                                                      \
		struct pid *group = FAST(task, signal, pids[PIDTYPE_PGID]);                                                    \
		struct pid *session = FAST(task, signal, pids[PIDTYPE_SID]);                                                   \
                                                                                                                       \
		read_file(&facts, task, exe);                                                                                  \
		SET_INODE(record, &facts);                                                                                     \
		record->exe_ctime_ns = inode_ctime_ns(READ(exe, f_inode));                                                     \
		record->exe_mtime_ns = inode_mtime_ns(READ(exe, f_inode));                                                     \
		record->pgid = group_id(group);                                                                                \
		record->vpgid = own_id(group, NULL);                                                                           \
		record->vsid = own_id(session, NULL);                                                                          \
		record->stdin = descriptor_kind(task, 0);                                                                      \
		record->stdout = descriptor_kind(task, 1);                                                                     \
		record->exe = append_file_path(slot, LIMIT(KIND, EXE), exe);                                                   \
		record->cwd = append_cwd(slot, LIMIT(KIND, CWD), task);                                                        \
	} while (0)

/* The new image stands and its memory is that of the task: path, argv and environ are the true ones, whatever was passed. */
SEC("tp_btf/sched_process_exec")
int process_exec__sched(__u64 *context)
{
	struct task_struct *task = (struct task_struct *)context[0];
	struct linux_binprm *program = (struct linux_binprm *)context[2];
	struct mm_struct *memory = FAST(task, mm);
	struct file *exe = READ(memory, exe_file);
	struct call call = { .type = TARSIER_TYPE_EXECVE, .flags = TARSIER_FLAG_HAS_RESULT };
	struct tarsier_process_exec *record;
	struct slot *slot;

	/* x86 rewrites the call number to that of execve (set_personality_64bit); only execveat leaves an fdpath. */
	if (bpf_core_field_exists(((struct linux_binprm___fdpath *)0)->fdpath) && FAST((struct linux_binprm___fdpath *)program, fdpath))
		call.type = TARSIER_TYPE_EXECVEAT;
	slot = begin(TARSIER_KIND_PROCESS_EXEC, sizeof(*record), &call);
	if (!slot)
		return 0;
	record = (void *)slot->record;
	SET_IMAGE(slot, record, PROCESS_EXEC, task, exe);
	record->raw_path = append_text(slot, LIMIT(PROCESS_EXEC, RAW_PATH), FAST(program, filename));
	record->argv = append_user_bytes(slot, LIMIT(PROCESS_EXEC, ARGV), (void *)READ(memory, arg_start),
					 READ(memory, arg_end) - READ(memory, arg_start));
	record->env = append_user_bytes(slot, LIMIT(PROCESS_EXEC, ENV), (void *)READ(memory, env_start),
					READ(memory, env_end) - READ(memory, env_start));
	return emit(slot);
}
