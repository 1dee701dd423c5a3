/** The helper of prevention as the agent keeps it: started when it is first used, and known when it is gone. */
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Prevention } from '../detect/prevention.ts'
import { parseMountInfo } from '../enrich/proc-files.ts'
import { decodeText } from '../events/raw-record.ts'
import type { Log } from '../lib/log.ts'
import type { PreventNative } from '../respond/prevention/native.ts'
import type { FileOrder } from '../respond/prevention/orders.ts'
import { openPrevention, type PreventionCounters, type PreventionLink, type PreventionListener } from '../respond/prevention/prevention.ts'
import type { TableSettings } from '../respond/prevention/table.ts'

export interface HelperOptions {
  readonly native: PreventNative
  readonly listener: Omit<PreventionListener, 'onReady' | 'onMount' | 'onEnded'>
  readonly log: Log
  readonly onFailed: (reason: string) => void
  readonly onEnded: () => void
}

const MOUNT_INFO = '/proc/self/mountinfo'
/** More mount points than that are looked through for those that are gone. */
const MANY_MOUNTS = 256
const HELPER = fileURLToPath(new URL('../../build/tarsier-prevent', import.meta.url))

/** One helper at a time, and what is known of it and of those before. */
export function keepHelper({ native, listener, log, onFailed, onEnded }: HelperOptions) {
  const mounts = new Map<string, number>()
  let most = MANY_MOUNTS
  /** Sent, and not taken yet; what is told before is told by the one before. */
  let sent: Prevention[] = []
  let current: Prevention | undefined
  let link: PreventionLink | undefined
  let before: PreventionCounters | undefined
  let inForce = false

  function use(prevention: Prevention, settings: TableSettings): void {
    try {
      link ??= start()
      // It tells of all that it watches by the new ones.
      mounts.clear()
      const errno = link.use(prevention.decisions, settings)
      if (errno === 0) sent.push(prevention)
      else onFailed(`the helper takes no rules (errno ${errno})`)
    } catch (error) {
      onFailed(error instanceof Error ? error.message : String(error))
    }
  }

  function start(): PreventionLink {
    return openPrevention(native, HELPER, { ...listener, onReady, onMount, onEnded: ended })
  }

  function onReady({ errno, watched, refused }: { readonly errno: number; readonly watched: number; readonly refused: number }): void {
    const taken = sent.shift()
    if (errno === 0) current = taken
    else onFailed(`the kernel or the helper refused it (errno ${errno})`)
    inForce = errno === 0
    if (inForce) log.info('prevention', { rules: current?.decisions.rules.length ?? 0, filesystems: watched, refused })
  }

  function onMount(path: string, errno: number): void {
    if (errno !== 0 && mounts.get(path) !== errno) log.warning('a file system could not be watched for prevention', { path, errno })
    mounts.set(path, errno)
    if (mounts.size <= most) return
    forgetUnmounted()
    most = Math.max(MANY_MOUNTS, 2 * mounts.size)
  }

  /** Containers come and go, and each has mounts. */
  function forgetUnmounted(): void {
    if (mounts.size === 0) return
    const bytes = readFileSync(MOUNT_INFO)
    const there = new Set(parseMountInfo(decodeText(bytes, 0, bytes.length)).map(({ mountPoint }) => mountPoint))
    for (const path of mounts.keys()) if (path !== MOUNT_INFO && !there.has(path)) mounts.delete(path)
  }

  function status() {
    forgetUnmounted()
    return { inForce, counters: counters(), mounts: [...mounts].map(([path, errno]) => ({ path, errno })) }
  }

  function ended(): void {
    before = counters()
    link = undefined
    current = undefined
    sent = []
    inForce = false
    onEnded()
  }

  const counters = (): PreventionCounters | undefined => (link === undefined ? before : sum(before, link.counters()))

  return {
    use,
    counters,
    runs: () => link !== undefined,
    decidesBy: () => current,
    order: (order: FileOrder, fd: number | undefined): number => link?.order(order, fd) ?? constants.errno.ESRCH,
    status,
    stop: () => {
      inForce = false
      link?.stop()
    },
  }
}

function sum(a: PreventionCounters | undefined, b: PreventionCounters): PreventionCounters {
  if (a === undefined) return b
  return Object.fromEntries(
    Object.entries(a).map(([name, value]) => [name, value + b[name as keyof PreventionCounters]]),
  ) as PreventionCounters
}
