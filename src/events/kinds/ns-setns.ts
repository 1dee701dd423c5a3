import { defineEvent, i32, text, u32 } from '../define-event.ts'

export const nsSetns = defineEvent({
  id: 43,
  name: 'ns.setns',
  types: ['setns'],
  doc: 'A thread entered another namespace.',
  fields: {
    nsType: u32({ doc: 'CLONE_NEW* type asked for, 0 for any.', example: 131072 }),
    nsInum: u32({ doc: 'Inode of the namespace entered; 0 when it is not known.', example: 4026531841 }),
    fd: i32({ doc: 'Descriptor of the namespace or pidfd.', example: 3 }),
    nsName: text(16, { doc: 'Kind of namespace: mnt, net, pid, user, uts, ipc, cgroup or time.', example: 'mnt' }),
  },
})
