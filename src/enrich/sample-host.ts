/** A host made of plain values, for tests and benches: nothing of the machine it runs on is looked at. */
import type { HostReader, ProcessFacts, UsageFacts } from './host-reader.ts'

export function sampleHost(given: Partial<HostReader> = {}): HostReader {
  return {
    hostname: 'web-1',
    process: () => undefined,
    usage: () => undefined,
    cgroup: () => '0::/\n',
    cgroups: () => [],
    arguments: (_, done) => done(undefined),
    accounts: (_, __, done) => done(undefined),
    file: () => undefined,
    directory: () => [],
    fileId: () => undefined,
    pids: () => undefined,
    ...given,
  }
}

export function sampleFacts(given: Partial<ProcessFacts> = {}): ProcessFacts {
  return {
    ...{ startTicks: 7000, ppid: 1, comm: 'sh', pgid: 50, sid: 50, tty: 0, exePath: '/bin/sh', cwd: '/' },
    ...{ uid: 0, gid: 0, euid: 0, egid: 0 },
    ...given,
  }
}

/** Of the process that started at tick 2000. */
export function sampleUsage(given: Partial<UsageFacts> = {}): UsageFacts {
  return {
    ...{ startTicks: 2000, threads: 1, vmSizeKb: 10, vmRssKb: 5, vmSwapKb: 0, openFiles: 3, openFilesLimit: 100 },
    thread: { startTicks: 2000, minorFaults: 1, majorFaults: 0, userTicks: 0, systemTicks: 0 },
    ...given,
  }
}
