/** proc.*: the process that did it, and its parent. Ancestors, program file, groups and times have files of their own. */

import { defineField, defineFieldWithArgument, processField } from '../field-readers/define-field.ts'
import { environmentValue, exeLine, firstArgument } from '../field-readers/process-text.ts'
import { STREAMS, streamType } from '../field-readers/standard-stream.ts'
import type { Process } from '../process.ts'

const parentOf = (process: Process) => process.parent

interface TextOf {
  readonly name: string
  readonly doc: string
  readonly example: string
  readonly of: (process: Process) => string
  /** The parent's field, and the list of ancestors that a flat event may give instead. */
  readonly parent?: { readonly name: string; readonly doc: string; readonly ancestors: string }
}

/** A text of the process and, where asked, the same of its parent. */
function textFields({ name, doc, example, of, parent }: TextOf) {
  const own = processField({ name, type: 'string', doc, example, of })
  if (parent === undefined) return [own]
  const parentField = processField({
    name: parent.name,
    type: 'string',
    doc: parent.doc,
    example,
    of: (process) => {
      const above = parentOf(process)
      return above === undefined ? undefined : of(above)
    },
    flat: (event) => event.values[`${parent.ancestors}[1]`],
  })
  return [own, parentField]
}

const NAMES = [
  ...textFields({
    name: 'proc.name',
    doc: 'Name of the process (comm of its first thread): at most 15 bytes. A first thread called MainThread, as that of Node.js, has no name of its own: then it is that of the program file. A process may choose it, by prctl or by the name of the file: let nothing pass for it alone, but for proc.exepath.',
    example: 'curl',
    of: (process) => process.comm,
    parent: {
      name: 'proc.pname',
      doc: 'proc.name of the parent: of the process that forked it, even if that has ended.',
      ancestors: 'proc.aname',
    },
  }),
  ...textFields({
    name: 'proc.exe',
    doc: 'First argument (argv[0]), as the caller chose it.',
    example: './curl',
    of: firstArgument,
    parent: { name: 'proc.pexe', doc: 'proc.exe of the parent.', ancestors: 'proc.aexe' },
  }),
  ...textFields({
    name: 'proc.exepath',
    doc: 'Path of the program file, with symbolic links resolved, as the kernel knows it.',
    example: '/usr/bin/curl',
    of: (process) => process.exePath,
    parent: { name: 'proc.pexepath', doc: 'proc.exepath of the parent.', ancestors: 'proc.aexepath' },
  }),
  ...textFields({
    name: 'proc.cmdline',
    doc: 'proc.name and proc.args, joined by a blank.',
    example: 'curl -s https://example.org',
    of: (process) => process.cmdline,
    parent: { name: 'proc.pcmdline', doc: 'proc.cmdline of the parent.', ancestors: 'proc.acmdline' },
  }),
  ...textFields({ name: 'proc.exeline', doc: 'proc.exe and proc.args, joined by a blank.', example: './curl -s', of: exeLine }),
  ...textFields({
    name: 'proc.cwd',
    doc: 'Working directory, with a slash at the end, as of the last exec.',
    example: '/home/ana/',
    of: (process) => (process.cwd.endsWith('/') || process.cwd === '' ? process.cwd : `${process.cwd}/`),
  }),
]

const NUMBERS = [
  processField({ name: 'proc.pid', type: 'number', doc: 'Process id on the host.', example: 1234, of: (process) => process.pid }),
  processField({
    name: 'proc.vpid',
    type: 'number',
    doc: "Process id in the process's own pid namespace.",
    example: 7,
    of: (process) => process.vpid,
  }),
  processField({
    name: 'proc.ppid',
    type: 'number',
    doc: 'Process id of the parent: of the process that forked it, even if that has ended.',
    example: 1,
    of: (process) => process.parent?.pid ?? process.ppid,
    flat: (event) => event.values['proc.apid[1]'],
  }),
  processField({
    name: 'proc.pvpid',
    type: 'number',
    doc: "Process id of the parent in the parent's own pid namespace.",
    example: 1,
    of: (process) => process.parent?.vpid,
  }),
  defineField({
    name: 'proc.reaper_pid',
    type: 'number',
    doc: 'Process id of the present parent: differs from proc.ppid when the parent has ended and another took its place.',
    example: 1,
    read: (event) => event.record.ppid,
  }),
  processField({
    name: 'proc.tty',
    type: 'number',
    doc: 'Controlling terminal as in /proc/PID/stat; 0 for none.',
    example: 34_816,
    of: (process, event) => terminalNumber(event.record.tty || process.tty),
  }),
  processField({
    name: 'proc.cmdnargs',
    type: 'number',
    doc: 'Number of arguments, without argv[0].',
    example: 2,
    of: (process) => Math.max(process.argv.length - 1, 0),
  }),
  processField({
    name: 'proc.cmdlenargs',
    type: 'number',
    doc: 'Characters of all arguments together, without argv[0] and without the blanks between.',
    example: 21,
    of: (process) => process.argv.slice(1).reduce((sum, argument) => sum + argument.length, 0),
  }),
]

/** The kernel's number ((major << 20) | minor) in the form of /proc/PID/stat. */
function terminalNumber(device: number): number {
  const minor = device & 0xfffff
  return ((device >>> 20) << 8) | (minor & 0xff) | ((minor & 0xfff00) << 12)
}

const ARGUMENTS = defineFieldWithArgument({
  name: 'proc.args',
  type: 'string',
  doc: 'Arguments without argv[0], joined by blanks; with an index one of them, empty when there is none.',
  example: '-s https://example.org',
  argument: { kind: 'index', required: false, doc: 'Number of the argument; 0 is the first behind argv[0].' },
  reader: (index) => (event) => {
    if (event.process === undefined) return undefined
    return index === undefined ? event.process.args : (event.process.argv[Number(index) + 1] ?? '')
  },
})

const ENVIRONMENT = defineFieldWithArgument({
  name: 'proc.env',
  type: 'string',
  doc: 'Environment at the last exec (first 8 KiB), joined by blanks; with a name the value of that variable, empty when it is not set.',
  example: 'PATH=/usr/bin HOME=/root',
  argument: { kind: 'word', required: false, doc: 'Name of a variable.' },
  reader: (name) => (event) => {
    if (event.process === undefined) return undefined
    return name === undefined ? event.process.env.join(' ') : environmentValue(event.process, String(name))
  },
})

const STANDARD = STREAMS.map((stream) =>
  processField({
    name: `proc.${stream}.type`,
    type: 'string',
    doc: `What ${stream} was at the last exec: file, directory, tty, pipe, unix, ipv4, ipv6 or other; missing when it was closed.`,
    example: 'pipe',
    of: (process) => streamType(process, stream),
  }),
)

export const PROC_FIELDS = [...NAMES, ...NUMBERS, ARGUMENTS, ENVIRONMENT, ...STANDARD]
