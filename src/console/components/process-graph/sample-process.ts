/** A process for tests, of which each need say only what matters to it. */
import type { StoredProcess } from '../../../store/state-store.ts'

/** `pid` names it and says in which order it was started. */
export const sampleProcess = (pid: number, parentPid: number | undefined, given: Partial<StoredProcess> = {}): StoredProcess => ({
  id: `${pid}@1#0`,
  processKey: `${pid}@1`,
  parentKey: parentPid === undefined ? undefined : `${parentPid}@1`,
  hostname: 'web-1',
  timeNs: pid,
  pid,
  ppid: parentPid ?? 0,
  name: 'sh',
  exePath: '/bin/sh',
  cmdline: 'sh',
  user: 'root',
  uid: 0,
  containerId: undefined,
  containerName: undefined,
  image: undefined,
  startedNs: pid,
  fields: {},
  exitNs: undefined,
  children: 0,
  findings: 0,
  ...given,
})
