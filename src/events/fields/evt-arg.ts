/** evt.arg.*, evt.rawarg.*, evt.args, evt.abspath.*: the arguments of the call. */

import { argumentText, type CallArgument, plainText } from '../arguments/argument.ts'
import { ARGUMENT_NAMES, argumentsOf } from '../arguments.ts'
import type { AnyKernelEvent } from '../event.ts'
import type { FieldDefinition } from '../field.ts'
import { defineField, defineFieldWithArgument } from '../field-readers/define-field.ts'
import { normalizePath } from '../path.ts'

type Pick = (event: AnyKernelEvent) => CallArgument | undefined

/** By place or by name. The place of a name differs between calls, so the last answer is kept. */
function argumentPicker(argument: string | number | undefined): Pick {
  if (typeof argument === 'number' || /^\d+$/.test(String(argument))) return (event) => argumentsOf(event)[Number(argument)]
  let list: readonly CallArgument[] | undefined
  let found: CallArgument | undefined
  return (event) => {
    const present = argumentsOf(event)
    if (present !== list) {
      list = present
      found = present.find(({ name }) => name === argument)
    }
    return found
  }
}

const ARGUMENT_DOC = 'Name of the argument by a dot (`evt.arg.flags`), or its place in brackets (`evt.arg[0]`).'

const ARG = defineFieldWithArgument({
  name: 'evt.arg',
  type: 'string',
  doc: 'An argument of the call as text: names of flags, users and errors, relative paths made absolute.',
  example: 'O_RDONLY|O_CLOEXEC',
  noTransformer: true,
  argument: { kind: 'either', required: true, doc: ARGUMENT_DOC },
  reader: (argument) => {
    const pick = argumentPicker(argument)
    return (event) => {
      const picked = pick(event)
      return picked === undefined ? undefined : argumentText(picked, event)
    }
  },
})

const RAW_ARG = defineFieldWithArgument({
  name: 'evt.rawarg',
  type: 'string',
  doc: 'An argument of the call as it was given.',
  example: 'passwd',
  noTransformer: true,
  argument: { kind: 'either', required: true, doc: ARGUMENT_DOC },
  reader: (argument) => {
    const pick = argumentPicker(argument)
    return (event) => pick(event)?.raw(event.record, event)
  },
})

/** The definition of `evt.arg.flags` or `evt.rawarg.mode`: a field of its own; undefined when no call has such an argument. */
export function namedArgumentField(name: string): FieldDefinition | undefined {
  const [, base, argumentName] = /^(evt\.arg|evt\.rawarg)\.(\w+)$/.exec(name) ?? []
  const known = argumentName === undefined ? undefined : ARGUMENT_NAMES.get(argumentName)
  if (known === undefined || argumentName === undefined) return undefined
  const general = base === 'evt.arg' ? ARG : RAW_ARG
  const read = general.bind(argumentName)
  return defineField({
    name,
    type: base === 'evt.arg' ? 'string' : known.type,
    doc: `The argument ${argumentName} of the call${base === 'evt.arg' ? ', as text' : ' as it was given'}.`,
    example: general.example,
    noTransformer: true,
    read,
  })
}

function allArguments(event: AnyKernelEvent): string {
  return argumentsOf(event)
    .map((argument) => {
      const plain = plainText(argument, event) ?? '<NA>'
      const meaning = argument.meaning?.(event.record, event)
      return meaning === undefined || meaning === plain ? `${argument.name}=${plain}` : `${argument.name}=${plain}(${meaning})`
    })
    .join(' ')
}

/** Paths of the calls that take a directory descriptor: the one path, or the first and the second of two. */
function absolutePath(event: AnyKernelEvent, which: 'only' | 'src' | 'dst'): string | undefined {
  if (event.kind === 'file.rename') return normalizePath(which === 'dst' ? event.record.newPath : event.record.oldPath)
  if (event.kind === 'file.link') {
    if (event.record.symbolic === 1) return normalizePath(event.record.newPath)
    return normalizePath(which === 'dst' ? event.record.newPath : event.record.oldPath)
  }
  if (which !== 'only') return undefined
  if (event.kind === 'file.open' || event.kind === 'file.unlink' || event.kind === 'file.mkdir') return normalizePath(event.record.path)
  return event.kind === 'file.chmod' || event.kind === 'file.chown' ? normalizePath(event.record.path) : undefined
}

const absolute = (name: string, which: 'only' | 'src' | 'dst', doc: string) =>
  defineField({ name, type: 'string', doc, example: '/etc/passwd', kinds: ['file.'], read: (event) => absolutePath(event, which) })

export const EVT_ARG_FIELDS = [
  ARG,
  RAW_ARG,
  defineField({
    name: 'evt.args',
    type: 'string',
    doc: 'All arguments, `name=value`, with blanks between; the meaning of a value in parentheses behind it.',
    example: 'res=0 filename=/tmp/x mode=511(S_IXUSR)',
    read: allArguments,
  }),
  defineField({
    name: 'evt.info',
    type: 'string',
    doc: 'Same as evt.args.',
    example: 'res=0 filename=/tmp/x mode=511(S_IXUSR)',
    read: allArguments,
    flat: (event) => event.values['evt.args'],
  }),
  absolute('evt.abspath', 'only', 'Absolute path of a call on a path; of a call on two paths the first.'),
  absolute('evt.abspath.src', 'src', 'Absolute first path of a call on two paths; of a symbolic link the link.'),
  absolute('evt.abspath.dst', 'dst', 'Absolute second path of a call on two paths.'),
]
