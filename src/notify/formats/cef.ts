/** A finding as a line of ArcSight's Common Event Format (Implementing CEF, revision 25): `CEF:0|vendor|product|version|class|name|severity|extension`. */
import type { Finding, Priority } from '../../findings/finding.ts'
import { clipReplaced } from '../clip.ts'
import { PRODUCT, productVersion, VENDOR } from './product.ts'

/** In the header a bar ends a field. */
const HEADER: Readonly<Record<string, string>> = { '\\': '\\\\', '|': '\\|' }
/** In the extension an equals sign ends a key. New lines come as texts: escapeText has made them such. */
const EXTENSION: Readonly<Record<string, string>> = { '\\': '\\\\', '=': '\\=' }

/** The longest value of each key, in characters, as the format has it. */
const MAX_CHARACTERS = {
  externalId: 40,
  dvchost: 100,
  sproc: 1023,
  suser: 1023,
  filePath: 1023,
  cat: 1023,
  msg: 1023,
  label: 1023,
  custom: 4000,
} as const

/** Without a newline; no value can end its field, begin a key or end the line. */
export function cefLine(finding: Finding): string {
  const { rule, priority } = finding
  const name = clipReplaced(rule, 512, HEADER)
  return ['CEF:0', VENDOR, PRODUCT, clipReplaced(productVersion(), 31, HEADER), name, name, SEVERITY[priority], extensionOf(finding)].join(
    '|',
  )
}

function extensionOf(finding: Finding): string {
  const { lineage, object, workload, attack, tags } = finding
  const [process, parent] = lineage
  const pod = workload?.podName === undefined ? undefined : `${workload.podNamespace ?? ''}/${workload.podName}`
  const pairs: readonly (readonly [key: string, value: string | number | undefined, max: number])[] = [
    ['rt', Math.floor(finding.timeNs / 1e6), 20],
    ['externalId', finding.id, MAX_CHARACTERS.externalId],
    ['dvchost', finding.hostname, MAX_CHARACTERS.dvchost],
    ['cat', tags.join(','), MAX_CHARACTERS.cat],
    ['cnt', finding.count, 20],
    ['msg', finding.output, MAX_CHARACTERS.msg],
    ['sproc', process?.exePath || process?.name, MAX_CHARACTERS.sproc],
    ['spid', process?.pid, 20],
    ['suser', process?.user, MAX_CHARACTERS.suser],
    ['filePath', object?.file, MAX_CHARACTERS.filePath],
    ['dst', addressOf(object?.ip), 50],
    ['dpt', object?.port, 20],
    ...custom(1, 'commandLine', process?.cmdline),
    ...custom(2, 'parentCommandLine', parent?.cmdline),
    ...custom(3, 'containerId', finding.containerId),
    ...custom(4, 'containerImage', workload?.image),
    ...custom(5, 'pod', pod),
    ...custom(6, 'attack', attack.map(({ id }) => id).join(',')),
    ...(object?.ip?.includes(':')
      ? ([
          ['c6a3', object.ip, 60],
          ['c6a3Label', 'Destination IPv6 Address', 60],
        ] as const)
      : []),
  ]
  return pairs
    .flatMap(([key, value, max]) =>
      value === undefined || value === '' ? [] : [`${key}=${typeof value === 'number' ? value : clipReplaced(value, max, EXTENSION)}`],
    )
    .join(' ')
}

/** A custom text and what it is; neither without a value. */
function custom(n: number, label: string, value: string | undefined): readonly (readonly [string, string | undefined, number])[] {
  if (value === undefined || value === '') return []
  return [
    [`cs${n}`, value, MAX_CHARACTERS.custom],
    [`cs${n}Label`, label, MAX_CHARACTERS.label],
  ]
}

/** `dst` holds IPv4 alone. */
const addressOf = (ip: string | undefined): string | undefined => (ip?.includes(':') ? undefined : ip)

/** 0 to 3 are low, 4 to 6 medium, 7 and 8 high, 9 and 10 very high. */
const SEVERITY: Readonly<Record<Priority, number>> = {
  emergency: 10,
  alert: 10,
  critical: 9,
  error: 7,
  warning: 5,
  notice: 3,
  informational: 1,
  debug: 0,
}
