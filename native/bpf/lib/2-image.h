/* SPDX-License-Identifier: GPL-2.0 */
/* Layer 2, continued: what imageFields hold (src/events/shared-fields.ts): of an exec and of the snapshot. */
#ifndef TARSIER_IMAGE_H
#define TARSIER_IMAGE_H

static __always_inline __u32 group_id(struct pid *id)
{
	return FAST(id, numbers[0].nr);
}

/* Sets what imageFields hold, but for argv and env. A kernel thread has no program file. */
#define SET_IMAGE(slot, record, KIND, task, exe)                                                                       \
	do {                                                                                                               \
		struct pid *group = FAST(task, signal, pids[PIDTYPE_PGID]);                                                    \
		struct pid *session = FAST(task, signal, pids[PIDTYPE_SID]);                                                   \
		__u32 level = FAST(task, thread_pid, level);                                                                   \
                                                                                                                       \
		record->exec_count = FAST(task, self_exec_id);                                                                 \
		record->pgid = group_id(group);                                                                                \
		record->vpgid = id_at_level(group, level);                                                                     \
		record->vsid = id_at_level(session, level);                                                                   \
		record->stdin = descriptor_kind(task, 0);                                                                      \
		record->stdout = descriptor_kind(task, 1);                                                                     \
		record->stderr = descriptor_kind(task, 2);                                                                     \
		if (exe) {                                                                                                     \
			struct inode_facts facts;                                                                                  \
			struct inode *inode = READ(exe, f_inode);                                                                  \
                                                                                                                       \
			read_inode(&facts, task, inode, READ(exe, f_path.dentry));                                                 \
			SET_INODE(record, &facts);                                                                                 \
			record->exe_ctime_ns = inode_ctime_ns(inode);                                                              \
			record->exe_mtime_ns = inode_mtime_ns(inode);                                                              \
			record->exe = append_file_path(slot, LIMIT(KIND, EXE), exe);                                               \
		}                                                                                                              \
		record->cwd = append_cwd(slot, LIMIT(KIND, CWD), task);                                                        \
	} while (0)

#endif
