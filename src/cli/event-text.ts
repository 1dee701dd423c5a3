/** Events for people: one line each, like a strace of the whole host. */
import { argumentText } from '../events/arguments/argument.ts'
import { argumentsOf } from '../events/arguments.ts'
import type { AnyKernelEvent, Event } from '../events/event.ts'
import { VOCABULARY } from '../events/fields.ts'
import { escapeText } from '../lib/escape.ts'
import { createStyle, type Style } from '../lib/style.ts'
import { clockTime } from '../lib/time-format.ts'

/** Arguments that say nothing to a reader here: ids, numbers of files, what stands elsewhere on the line. JSON has them all. */
const HIDDEN: ReadonlySet<string> = new Set([
  ...['res', 'env', 'tid', 'pid', 'ptid', 'pgid', 'vpgid', 'tty', 'loginuid', 'dev', 'ino', 'comm', 'filename', 'trusted_exepath'],
  ...[
    'cap_inheritable',
    'cap_permitted',
    'cap_effective',
    'exe_ino',
    'exe_ino_ctime',
    'exe_ino_mtime',
    'vtid',
    'vpid',
    'pidns_init_start_ts',
  ],
])
/** Of these kinds, who did it is no argument but the process, which the line names already. */
const OWN_IDS: ReadonlySet<string> = new Set(['uid', 'gid', 'flags'])

/** The longest text of one argument that is shown. */
const MAX_ARGUMENT = 200

const read = (name: string) => VOCABULARY.field(name)?.bind(undefined) ?? (() => undefined)
const FIELD = {
  name: read('proc.name'),
  pid: read('proc.pid'),
  user: read('user.name'),
  container: read('container.id'),
  result: read('evt.res'),
  rawResult: read('evt.rawres'),
  uring: read('evt.is_uring'),
} as const

/** `20:10:00.123456 cat[1234] root openat(name=/etc/passwd flags=O_RDONLY) = 3 [container]`, without a newline. */
export function createEventText(colour: boolean): (event: Event) => string {
  const style = createStyle(colour)
  return (event) => {
    const who = `${style.bold(shown(FIELD.name(event)))}${style.dim(`[${shown(FIELD.pid(event))}]`)} ${shown(FIELD.user(event))}`
    const what = `${familyPaint(event, style)(event.type)}${FIELD.uring(event) === true ? style.magenta('@io_uring') : ''}`
    const call = `${what}(${argumentsText(event)})${resultText(event, style)}`
    return `${style.dim(clockTime(event.timeNs))} ${who} ${call}${repeatText(event, style)}${containerText(event, style)}`
  }
}

function argumentsText(event: Event): string {
  if (event.kind === 'flat') return ''
  const isProcess = event.kind.startsWith('process.')
  const shownOnes = argumentsOf(event).filter(({ name }) => !HIDDEN.has(name) && !(isProcess && OWN_IDS.has(name)))
  return shownOnes.flatMap((argument) => oneArgument(argument.name, argumentText(argument, event)) ?? []).join(' ')
}

/** Values that are as good as none are left out. */
const NOTHING: ReadonlySet<string | undefined> = new Set([undefined, '', 'AT_FDCWD', '<NONE>'])

function oneArgument(name: string, value: string | undefined): string | undefined {
  if (value === undefined || NOTHING.has(value) || (name === 'mode' && Number(value) === 0)) return undefined
  return `${name}=${escapeText(value.length > MAX_ARGUMENT ? `${value.slice(0, MAX_ARGUMENT)}…` : value)}`
}

function resultText(event: Event, style: Style): string {
  const result = FIELD.result(event)
  if (result === undefined) return ''
  return result === 'SUCCESS' ? style.dim(` = ${shown(FIELD.rawResult(event))}`) : style.red(` = ${shown(result)}`)
}

/** Equal events that the kernel side counted into this one. */
function repeatText(event: Event, style: Style): string {
  const repeat = event.kind === 'flat' ? 0 : event.record.repeat
  return repeat === 0 ? '' : style.dim(` (and ${repeat} before)`)
}

function containerText(event: Event, style: Style): string {
  const id = FIELD.container(event)
  return id === undefined || id === 'host' || id === '' ? '' : style.cyan(` [${shown(id)}]`)
}

/** What a family is about: processes green, files plain, network blue, privilege and tampering yellow. */
function familyPaint(event: Event, style: Style): (text: string) => string {
  const family = event.kind === 'flat' ? '' : (event satisfies AnyKernelEvent).kind.split('.')[0]
  switch (family) {
    case 'process':
      return style.green
    case 'net':
      return style.blue
    case 'file':
    case 'mount':
      return style.cyan
    default:
      return style.yellow
  }
}

function shown(value: unknown): string {
  return value === undefined ? '-' : escapeText(String(value))
}
