/** A station on a host with one process, and records of its processes: what the tests of this folder begin with. */
import type { RecordValues } from '../events/encode.ts'
import type { AnyKernelEvent } from '../events/event.ts'
import { VOCABULARY } from '../events/fields.ts'
import { sampleRecord } from '../events/sample-event.ts'
import { createEnricher, type Enricher } from './enrich.ts'
import type { HostReader } from './host-reader.ts'
import { sampleHost } from './sample-host.ts'

export const HOST = { pidNs: 100, mntNs: 200, userNs: 300, netNs: 400, cgroupId: 1, loginuid: 0xffff_ffff }
export const S = 1e9

/** A station on a host with one process, pid 1. Times are in seconds since boot. */
export function station(given: Partial<HostReader> = {}, limits?: Parameters<typeof createEnricher>[0]['limits']): Enricher {
  const enricher = createEnricher({
    ...{ host: sampleHost(given), bootTimeNs: 1_700_000_000 * S, bootId: 'b00710ad-0000' },
    ...(limits === undefined ? {} : { limits }),
  })
  enricher.observeSnapshot([
    sampleRecord('process.snapshot', {
      ...HOST,
      pid: 1,
      tid: 1,
      vpid: 1,
      startNs: 1,
      comm: 'systemd',
      exe: '/usr/lib/systemd/systemd',
      sid: 1,
    }),
  ])
  return enricher
}

export interface Who {
  readonly pid: number
  readonly startNs: number
  readonly ppid?: number
  readonly comm?: string
}

export const header = ({ pid, startNs, ppid = 1, comm = 'sh' }: Who, timeNs: number): RecordValues => ({
  ...{ ...HOST, pid, tid: pid, vpid: pid, startNs, ppid, comm, timeNs, flags: 4 },
})

export const forkOf = (parent: Who, pid: number, timeNs: number, more: RecordValues = {}) =>
  sampleRecord('process.fork', {
    ...{ ...header(parent, timeNs), childPid: pid, childVpid: pid, childStartNs: timeNs, result: pid },
    ...{ childPidNs: 100, childMntNs: 200, childUserNs: 300, childNetNs: 400, ...more },
  })
export const execOf = (who: Who, timeNs: number, exe: string, argv: string, more: RecordValues = {}) =>
  sampleRecord('process.exec', { ...header(who, timeNs), exe, argv, env: 'A=1\0', pgid: who.pid, vpgid: who.pid, vsid: 7, ...more })
export const exitOf = (who: Who, timeNs: number) => sampleRecord('process.exit', header(who, timeNs))
export const openOf = (who: Who, timeNs: number, more: RecordValues = {}) =>
  sampleRecord('file.open', { ...header(who, timeNs), path: '/x', ...more })

export const read = (event: AnyKernelEvent, name: string, argument?: string | number) => VOCABULARY.field(name)?.bind(argument)(event)

export const SYSTEMD: Who = { pid: 1, startNs: 1, ppid: 0, comm: 'systemd' }
export const SHELL: Who = { pid: 10, startNs: 10 * S, comm: 'bash' }
export const CURL: Who = { pid: 20, startNs: 20 * S, ppid: 10, comm: 'curl' }

/** systemd → bash → curl, each seen to fork and exec. */
export function withShellAndCurl(enricher: Enricher): void {
  enricher.enrich(forkOf(SYSTEMD, 10, 10 * S))
  enricher.enrich(execOf(SHELL, 11 * S, '/usr/bin/bash', '-bash\0'))
  enricher.enrich(forkOf(SHELL, 20, 20 * S))
  enricher.enrich(execOf(CURL, 21 * S, '/usr/bin/curl', 'curl\0-s\0a b\0'))
}
