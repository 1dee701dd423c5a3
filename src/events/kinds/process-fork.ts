import { defineEvent, u32, u64 } from '../define-event.ts'

export const processFork = defineEvent({
  id: 3,
  name: 'process.fork',
  types: ['clone', 'fork', 'vfork', 'clone3'],
  doc: 'A process made a child process (threads are not reported).',
  fields: {
    childStartNs: u64({ doc: 'When the child started, ns since boot.', example: 81_000_000_000 }),
    cloneFlags: u64({ doc: 'Flags of the call (CLONE_*).', example: 17 }),
    childPid: u32({ doc: 'The child in the root pid namespace.', example: 1235 }),
    childVpid: u32({ doc: 'The child in its own pid namespace.', example: 8 }),
    childPidNs: u32({ doc: "Inode of the child's pid namespace.", example: 4026531836 }),
    childUserNs: u32({ doc: "Inode of the child's user namespace.", example: 4026531837 }),
    childMntNs: u32({ doc: "Inode of the child's mount namespace.", example: 4026531841 }),
    childNetNs: u32({ doc: "Inode of the child's network namespace.", example: 4026531840 }),
  },
})
