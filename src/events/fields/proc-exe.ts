/** proc.exe_ino.*, proc.is_exe_*, proc.duration…: the program file and the times of the process. */
import type { AnyKernelEvent } from '../event.ts'
import { processField } from '../field-readers/define-field.ts'
import type { Process } from '../process.ts'
import { FILE_FLAGS } from '../shared-fields.ts'

const FLAGS = [
  ['proc.is_exe_writable', FILE_FLAGS.writable, 'True when the user who runs the program may write its file.'],
  [
    'proc.is_exe_upper_layer',
    FILE_FLAGS.upperLayer,
    'True when the program file is on the upper layer of an overlay: it is not part of the image.',
  ],
  [
    'proc.is_exe_lower_layer',
    FILE_FLAGS.lowerLayer,
    'True when the program file is on a lower layer of an overlay: it is part of the image.',
  ],
  ['proc.is_exe_from_memfd', FILE_FLAGS.memfd, 'True when the program was run from memory (memfd_create).'],
  ['proc.is_exe_deleted', FILE_FLAGS.deleted, 'True when the program file had no name any more when it was run.'],
] as const

const BITS = FLAGS.map(([name, bit, doc]) =>
  processField({ name, type: 'boolean', doc, example: false, of: (process) => (process.exe.flags & bit) !== 0 }),
)

interface TimeField {
  readonly name: string
  readonly doc: string
  readonly unit: string
  readonly example: number
  /** Undefined or not above 0: there is no such value. */
  readonly of: (process: Process, event: AnyKernelEvent) => number | undefined
}

const number = ({ of, ...rest }: TimeField) =>
  processField({
    ...rest,
    type: 'number',
    of: (process, event) => {
      const value = of(process, event)
      return value !== undefined && value > 0 ? value : undefined
    },
  })

const startOf = (process: Process, event: AnyKernelEvent) => process.startNs + event.host.bootTimeNs

const pidNamespaceStart = (process: Process, event: AnyKernelEvent) => {
  const start = event.host.pidNamespaceStartNs(process.pidNs)
  return start === undefined ? undefined : start + event.host.bootTimeNs
}

const FILE = [
  number({
    name: 'proc.exe_ino',
    doc: 'Inode number of the program file.',
    unit: '',
    example: 393_221,
    of: (process) => process.exe.ino,
  }),
  number({
    name: 'proc.exe_ino.ctime',
    doc: 'Last status change of the program file (content, owner, mode, links).',
    unit: 'ns since 1970',
    example: 1_700_000_000_000_000_000,
    of: (process) => process.exe.ctimeNs,
  }),
  number({
    name: 'proc.exe_ino.mtime',
    doc: 'Last modification of the content of the program file.',
    unit: 'ns since 1970',
    example: 1_700_000_000_000_000_000,
    of: (process) => process.exe.mtimeNs,
  }),
  number({
    name: 'proc.exe_ino.ctime_duration_proc_start',
    doc: 'Time from the last status change of the program file to the start of the process.',
    unit: 'ns',
    example: 5_000_000_000,
    of: (process, event) => (process.exe.ctimeNs === 0 ? undefined : startOf(process, event) - process.exe.ctimeNs),
  }),
  number({
    name: 'proc.exe_ino.ctime_duration_pidns_start',
    doc: 'Time from the start of the pid namespace to the last status change of the program file, if it changed after.',
    unit: 'ns',
    example: 60_000_000_000,
    of: (process, event) => {
      const start = pidNamespaceStart(process, event)
      return start === undefined ? undefined : process.exe.ctimeNs - start
    },
  }),
  number({
    name: 'proc.pidns_init_start_ts',
    doc: 'Start of the first process of the pid namespace, where it was seen.',
    unit: 'ns since 1970',
    example: 1_795_378_000_000_000_000,
    of: pidNamespaceStart,
  }),
]

const TIMES = [
  number({
    name: 'proc.duration',
    doc: 'Time since the process was forked.',
    unit: 'ns',
    example: 12_000_000,
    of: (process, event) => event.record.timeNs - process.startNs,
  }),
  number({
    name: 'proc.ppid.duration',
    doc: 'Time since the parent was forked.',
    unit: 'ns',
    example: 3_600_000_000_000,
    of: (process, event) => (process.parent === undefined ? undefined : event.record.timeNs - process.parent.startNs),
  }),
  number({
    name: 'proc.exec.duration',
    doc: 'Time since the last exec, where it was seen.',
    unit: 'ns',
    example: 11_000_000,
    of: (process, event) => (process.execTimeNs === 0 ? undefined : event.record.timeNs - process.execTimeNs),
  }),
  number({
    name: 'proc.pid.ts',
    doc: 'When the process was forked.',
    unit: 'ns since 1970',
    example: 1_795_378_200_000_000_000,
    of: startOf,
  }),
  number({
    name: 'proc.ppid.ts',
    doc: 'When the parent was forked.',
    unit: 'ns since 1970',
    example: 1_795_370_000_000_000_000,
    of: (process, event) => (process.parent === undefined ? undefined : startOf(process.parent, event)),
  }),
]

export const PROC_EXE_FIELDS = [...BITS, ...FILE, ...TIMES]
