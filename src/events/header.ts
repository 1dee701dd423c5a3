/** The fields that stand before every kernel record, whatever its kind: who, when, where, with what result. */
import { bytes, i64, u16, u32, u64 } from './define-event.ts'

/** Bits of `flags` in the header. */
export const HEADER_FLAGS = {
  /** A 32-bit (compat) system call, for example through `int 0x80`. */
  compat: 1,
  /** Done through io_uring, not through the system call of that name. */
  uring: 2,
  /** `result` holds the return value. */
  hasResult: 4,
  /** The kernel side killed the process at this event. */
  killed: 8,
  /** Told before the act, by a hook that may deny it: `result` holds the terms that hold (src/events/denial.ts), `repeat` the generation of their tables. */
  denial: 16,
} as const

/** How `seq` is made: hooks interrupt each other (task, softirq, hardirq), so each nesting level of a CPU counts for itself. */
export const SEQUENCE = { levelShift: 48, levels: 3 } as const

export const HEADER = {
  seq: u64({
    doc: 'Number of the event at its nesting level of its CPU, counted from 0 (a gap means lost events); the level stands in the top 16 bits.',
    example: 4711,
  }),
  timeNs: u64({ doc: 'When the hook ran.', unit: 'ns since boot', example: 81_234_567_890 }),
  startNs: u64({
    doc: 'When the process (thread group) started; with pid it names one process for ever.',
    unit: 'ns since boot',
    example: 81_000_000_000,
  }),
  parentStartNs: u64({ doc: 'When the parent process started.', unit: 'ns since boot', example: 80_000_000_000 }),
  cgroupId: u64({ doc: 'Id of the cgroup (v2 hierarchy; on a v1 host that of the default hierarchy).', example: 4321 }),
  capEffective: u64({ doc: 'Effective capabilities of the thread, one bit each.', example: 0x1ffffffffff }),
  capPermitted: u64({ doc: 'Permitted capabilities of the thread, one bit each.', example: 0x1ffffffffff }),
  capInheritable: u64({ doc: 'Inheritable capabilities of the thread, one bit each.', example: 0 }),
  result: i64({ doc: 'Return value of the call: negative is an errno. Valid with the flag hasResult.', example: 3 }),
  size: u32({ doc: 'Size of the whole record.', unit: 'bytes', example: 312 }),
  pid: u32({ doc: 'Process (thread group) id in the root pid namespace.', example: 1234 }),
  tid: u32({ doc: 'Thread id in the root pid namespace.', example: 1234 }),
  ppid: u32({ doc: 'Process id of the real parent, in the root pid namespace.', example: 1 }),
  vpid: u32({ doc: "Process id in the process's own pid namespace.", example: 7 }),
  vtid: u32({ doc: "Thread id in the process's own pid namespace.", example: 7 }),
  uid: u32({ doc: 'Real user id, in the initial user namespace.', example: 1000 }),
  gid: u32({ doc: 'Real group id, in the initial user namespace.', example: 1000 }),
  euid: u32({ doc: 'Effective user id.', example: 0 }),
  egid: u32({ doc: 'Effective group id.', example: 0 }),
  loginuid: u32({ doc: 'Audit login user id; 4294967295 is unset.', example: 1000 }),
  sid: u32({ doc: 'Session id (pid of the session leader), in the root pid namespace.', example: 900 }),
  tty: u32({ doc: 'Controlling terminal: (major << 20) | minor; 0 is none.', example: 142606336 }),
  pidNs: u32({ doc: 'Inode of the pid namespace.', example: 4026531836 }),
  mntNs: u32({ doc: 'Inode of the mount namespace.', example: 4026531841 }),
  userNs: u32({ doc: 'Inode of the user namespace.', example: 4026531837 }),
  netNs: u32({ doc: 'Inode of the network namespace.', example: 4026531840 }),
  repeat: u32({ doc: 'How many equal events of this process were folded into this one since the last.', example: 0 }),
  truncated: u32({ doc: 'One bit per text, in order of definition: set where it was cut.', example: 0 }),
  kind: u16({ doc: 'Id of the event kind.', example: 1 }),
  type: u16({ doc: 'Index of evt.type in the generated list of types.', example: 1 }),
  cpu: u16({ doc: 'CPU on which the hook ran.', example: 0 }),
  flags: u16({ doc: 'Bits: 1 compat, 2 io_uring, 4 result valid, 8 killed at the hook, 16 told before the act.', example: 4 }),
  comm: bytes(16, { doc: 'Name of the thread, NUL-padded.', example: [98, 97, 115, 104] }),
} as const
