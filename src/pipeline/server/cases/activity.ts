/** What a process used: files, connections, libraries; each once, the latest first. */
import type { ProcessActivity } from '../../../api/services.ts'
import type { WholeEvent } from '../../../store/history-store.ts'

const MAX_EACH = 200
const LIBRARY = /\.so(\.\d+)*$/

/** Of events in any order. */
export function activityOf(events: readonly WholeEvent[]): ProcessActivity {
  const files = createGroups<{ readonly path: string; readonly how: string }>()
  const connections = createGroups<{ readonly remote: string; readonly direction: string; readonly protocol: string }>()
  const libraries = createGroups<{ readonly path: string }>()
  for (const event of events) {
    const path = pathOf(event)
    if (event.kind.startsWith('net.')) {
      const connection = connectionOf(event)
      if (connection !== undefined) connections.add(connection, event.timeNs)
    } else if (path !== undefined && LIBRARY.test(path) && event.kind === 'file.open') libraries.add({ path }, event.timeNs)
    else if (path !== undefined) files.add({ path, how: howOf(event) }, event.timeNs)
  }
  return {
    files: files.newest(),
    connections: connections.newest(),
    libraries: libraries.newest().map(({ path, lastNs }) => ({ path, lastNs })),
  }
}

function pathOf({ kind, fields }: WholeEvent): string | undefined {
  if (!kind.startsWith('file.') && kind !== 'memory.protect') return undefined
  const path = fields['fd.name'] ?? fields['fs.path.name']
  return typeof path === 'string' && path.startsWith('/') ? path : undefined
}

/** `written`, `read`, or what the call does: `unlinkat`. */
function howOf({ kind, type, fields }: WholeEvent): string {
  const failed = fields['evt.failed'] === true ? ', failed' : ''
  if (kind !== 'file.open') return type + failed
  return (fields['evt.is_open_write'] === true ? 'written' : 'read') + failed
}

const INCOMING: ReadonlySet<string> = new Set(['net.accept'])
const LOCAL: ReadonlySet<string> = new Set(['net.bind', 'net.listen'])

function connectionOf({
  kind,
  fields,
}: WholeEvent): { readonly remote: string; readonly direction: string; readonly protocol: string } | undefined {
  const local = LOCAL.has(kind)
  const [address, port] = local
    ? [fields['fd.lip'] ?? fields['fd.sip'], fields['fd.lport'] ?? fields['fd.sport']]
    : [fields['fd.rip'], fields['fd.rport']]
  const protocol = typeof fields['fd.l4proto'] === 'string' ? fields['fd.l4proto'] : ''
  const direction = local ? 'listens' : INCOMING.has(kind) ? 'in' : 'out'
  if (typeof address === 'string') return { remote: typeof port === 'number' ? withPort(address, port) : address, direction, protocol }
  const name = fields['fd.name']
  return fields['fd.type'] === 'unix' && typeof name === 'string' && name !== '' ? { remote: name, direction, protocol: 'unix' } : undefined
}

const withPort = (address: string, port: number): string => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`)

interface Groups<Key> {
  readonly add: (key: Key, timeNs: number) => void
  readonly newest: () => readonly (Key & { readonly count: number; readonly lastNs: number })[]
}

function createGroups<Key extends object>(): Groups<Key> {
  const groups = new Map<string, { readonly key: Key; count: number; lastNs: number }>()
  return {
    add: (key, timeNs) => {
      const name = JSON.stringify(key)
      const group = groups.get(name) ?? { key, count: 0, lastNs: 0 }
      group.count++
      group.lastNs = Math.max(group.lastNs, timeNs)
      groups.set(name, group)
    },
    newest: () =>
      [...groups.values()]
        .sort((a, b) => b.lastNs - a.lastNs)
        .slice(0, MAX_EACH)
        .map(({ key, count, lastNs }) => ({ ...key, count, lastNs })),
  }
}
