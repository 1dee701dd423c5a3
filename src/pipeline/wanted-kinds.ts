/** Which kinds of events the sensor is asked for: what nobody wants never leaves the kernel. */
import { KINDS, type KindName } from '../events/kinds.ts'
import { AppError } from '../lib/app-error.ts'
import { nearest } from '../lib/nearest.ts'

/** Without these the process tree would not know who did what, and where. */
const ALWAYS: readonly KindName[] = ['process.exec', 'process.fork', 'process.exit', 'process.rename', 'process.snapshot', 'cgroup.make']

/** They change paths, so that equal opens before and after are not equal: the kernel side must see them where it folds opens. */
const WITH_OPENS: readonly KindName[] = ['file.rename', 'mount.mount', 'mount.umount', 'mount.root']

/** The kinds that carry any of these values of evt.type. */
export function kindsWithTypes(types: ReadonlySet<string> | 'all'): readonly KindName[] {
  return KINDS.filter((kind) => types === 'all' || kind.types.some((type) => types.has(type))).map(({ name }) => name)
}

/** The kinds that must be watched for these values of evt.type. */
export function kindsOfTypes(types: ReadonlySet<string> | 'all'): ReadonlySet<KindName> {
  if (types === 'all') return new Set(KINDS.map((kind) => kind.name))
  const wanted = kindsWithTypes(types)
  return new Set([...ALWAYS, ...wanted, ...(wanted.includes('file.open') ? WITH_OPENS : [])])
}

/** Kinds (`process.exec`) and families (`file`, `file.`, `file.*`); an empty list means all. Throws AppError EVENT_UNKNOWN_KIND. */
export function kindsOfPatterns(patterns: readonly string[]): ReadonlySet<KindName> {
  if (patterns.length === 0) return kindsOfTypes('all')
  return new Set([...ALWAYS, ...patterns.flatMap(kindsOfPattern)])
}

function kindsOfPattern(pattern: string): readonly KindName[] {
  const family = pattern.replace(/\.?\*?$/, '')
  const found = KINDS.filter(({ name }) => name === pattern || name.startsWith(`${family}.`)).map(({ name }) => name)
  if (found.length > 0) return found
  const near = nearest(pattern, new Set(KINDS.flatMap(({ name }) => [name, name.split('.')[0] ?? name])))
  throw new AppError('EVENT_UNKNOWN_KIND', { kind: near === undefined ? pattern : `${pattern}, did you mean ${near}?` })
}
