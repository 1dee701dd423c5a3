/** proc.a*: the same of any ancestor, by number (0 is the process itself) or of all of them at once. */
import type { FieldType } from '../field.ts'
import { defineFieldWithArgument, processField } from '../field-readers/define-field.ts'
import { ancestorAt, ancestorsOf, environmentValue, firstArgument } from '../field-readers/process-text.ts'
import type { Process } from '../process.ts'

interface AncestorField {
  readonly name: string
  readonly type: FieldType
  readonly own: string
  readonly example: string | number
  readonly of: (process: Process) => string | number
}

function ancestorField({ name, type, own, example, of }: AncestorField) {
  return defineFieldWithArgument({
    name,
    type,
    doc: `${own} of an ancestor; without a number of all ancestors: a comparison holds when it holds for any of them.`,
    example,
    many: 'any',
    noTransformer: true,
    argument: { kind: 'index', required: false, doc: 'How far up: 0 is the process itself, 1 its parent.' },
    reader: (level) => (level === undefined ? readAll(of) : readOne(of, Number(level))),
    flat: (event, level) => (level === undefined ? listed(event.values, name) : listed(event.values, name)?.[Number(level) - 1]),
  })
}

const readAll = (of: AncestorField['of']) => (event: { process: Process | undefined }) =>
  event.process === undefined ? undefined : ancestorsOf(event.process).map(of)

const readOne = (of: AncestorField['of'], level: number) => (event: { process: Process | undefined }) => {
  const ancestor = ancestorAt(event.process, level)
  return ancestor === undefined ? undefined : of(ancestor)
}

/** What a flat event gives as `proc.aname`: a list, nearest first; or one by one as `proc.aname[1]`, `proc.aname[2]`… */
function listed(values: Readonly<Record<string, unknown>>, name: string): unknown[] | undefined {
  const given = values[name]
  if (Array.isArray(given)) return given
  const single: unknown[] = []
  while (Object.hasOwn(values, `${name}[${single.length + 1}]`)) single.push(values[`${name}[${single.length + 1}]`])
  return single.length === 0 ? undefined : single
}

const NAMED = [
  ancestorField({ name: 'proc.aname', type: 'string', own: 'proc.name', example: 'bash', of: (process) => process.comm }),
  ancestorField({ name: 'proc.aexe', type: 'string', own: 'proc.exe', example: '-bash', of: firstArgument }),
  ancestorField({ name: 'proc.aexepath', type: 'string', own: 'proc.exepath', example: '/usr/bin/bash', of: (process) => process.exePath }),
  ancestorField({ name: 'proc.acmdline', type: 'string', own: 'proc.cmdline', example: 'bash -i', of: (process) => process.cmdline }),
  ancestorField({ name: 'proc.aargs', type: 'string', own: 'proc.args', example: '-i', of: (process) => process.args }),
  ancestorField({ name: 'proc.apid', type: 'number', own: 'proc.pid', example: 812, of: (process) => process.pid }),
]

const ENVIRONMENT = defineFieldWithArgument({
  name: 'proc.aenv',
  type: 'string',
  doc: 'proc.env of an ancestor by number, of all of them, or the value of a variable in the nearest ancestor that sets it.',
  example: 'KUBECONFIG=/root/.kube/config',
  many: 'any',
  noTransformer: true,
  argument: { kind: 'either', required: false, doc: 'How far up, or the name of a variable.' },
  reader: (argument) => {
    if (argument === undefined) return readAll((process) => process.env.join(' '))
    if (/^\d+$/.test(String(argument))) return readOne((process) => process.env.join(' '), Number(argument))
    return (event) => (event.process === undefined ? undefined : inherited(event.process, String(argument)))
  },
})

function inherited(process: Process, name: string): string {
  return ancestorsOf(process).reduce((found, ancestor) => (found === '' ? environmentValue(ancestor, name) : found), '')
}

const LOGIN_SHELL = processField({
  name: 'proc.loginshellid',
  type: 'number',
  doc: 'Process id of the oldest shell (a name ending in sh) among the process and its ancestors.',
  example: 812,
  of: (process) => [process, ...ancestorsOf(process)].findLast((one) => one.comm.endsWith('sh'))?.pid,
})

const CHAIN = processField({
  name: 'proc.lineage',
  type: 'string',
  doc: 'Names from the oldest known ancestor down to the process.',
  example: 'systemd → sshd → bash → curl',
  of: (process) =>
    [process, ...ancestorsOf(process)]
      .map((one) => one.comm)
      .reverse()
      .join(' → '),
})

export const PROC_ANCESTOR_FIELDS = [...NAMED, ENVIRONMENT, LOGIN_SHELL, CHAIN]
