/** The host itself as a HostReader: /proc, /etc and the state of container runtimes. */
import { opendirSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { hostAccounts, readAccounts } from './account-files.ts'
import { isFileError, readProcFile, readRegularFile } from './bounded-read.ts'
import { walkCgroups } from './cgroup-walk.ts'
import { createGuardedJobs, type GuardedCounters } from './guarded-jobs.ts'
import type { AccountFiles, ArgumentFacts, Done, FileId, FileText, HostReader, ProcessFacts } from './host-reader.ts'
import { readArguments } from './proc-arguments.ts'
import { parseStat, parseStatusIds } from './proc-files.ts'
import { readUsage } from './proc-usage.ts'

const MAX_STAT = 1024
const MAX_STATUS = 8192
const MAX_CGROUP = 65_536
const MAX_NAMES = 1024
const INIT = 1

export interface LiveHost extends HostReader {
  readonly counters: () => GuardedCounters
}

export function createLiveHost(): LiveHost {
  const jobs = createGuardedJobs()
  return Object.freeze({
    hostname: hostname(),
    process: readProcess,
    usage: readUsage,
    cgroups: walkCgroups,
    cgroup: (pid: number) => procText(pid, 'cgroup', MAX_CGROUP),
    arguments: (pid: number, done: Done<ArgumentFacts>) => jobs.run(() => readArguments(pid), done),
    accounts: (pid: number, _: number, done: Done<AccountFiles>) =>
      pid === INIT ? done(hostAccounts()) : jobs.run(() => readAccounts(pid), done),
    file: readFile,
    directory: readNames,
    fileId: readFileId,
    pids: readPids,
    counters: jobs.counters,
  })
}

function procText(pid: number, name: string, maxBytes: number): string | undefined {
  return readProcFile(`/proc/${pid}/${name}`, maxBytes)?.toString('utf8')
}

function readProcess(pid: number): ProcessFacts | undefined {
  const stat = parseStat(procText(pid, 'stat', MAX_STAT) ?? '')
  const ids = parseStatusIds(procText(pid, 'status', MAX_STATUS) ?? '')
  if (stat === undefined || ids === undefined) return undefined
  return { ...stat, ...ids, exePath: linkOf(pid, 'exe').replace(/ \(deleted\)$/, ''), cwd: linkOf(pid, 'cwd') }
}

/** Empty for a kernel thread, and when it may not be read. */
function linkOf(pid: number, name: string): string {
  return orNothing(() => readlinkSync(`/proc/${pid}/${name}`)) ?? ''
}

function readFile(path: string, maxBytes: number): FileText | undefined {
  const file = readRegularFile(path, maxBytes)
  return file === undefined ? undefined : { text: file.bytes.toString('utf8'), mtimeNs: Number(file.stat.mtimeNs) }
}

function readNames(path: string): readonly string[] {
  return (
    orNothing(() => {
      using directory = opendirSync(path)
      const names: string[] = []
      for (let entry = directory.readSync(); entry !== null && names.length < MAX_NAMES; entry = directory.readSync())
        names.push(entry.name)
      return names
    }) ?? []
  )
}

/** From st_dev (glibc's split of major and minor) to the kernel's. */
function readFileId(path: string): FileId | undefined {
  const stat = orNothing(() => statSync(path))
  if (stat === undefined) return undefined
  const major = (Math.floor(stat.dev / 2 ** 32) & 0xfffff000) | ((stat.dev >>> 8) & 0xfff)
  const minor = ((stat.dev >>> 12) & 0xffffff00) | (stat.dev & 0xff)
  return { dev: major * 2 ** 20 + minor, ino: stat.ino }
}

function readPids(): ReadonlySet<number> {
  return new Set(readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : [])))
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (isFileError(error)) return undefined
    throw error
  }
}
