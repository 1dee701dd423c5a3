/** What a process uses of the host now, from files of /proc that it cannot hold up. */
import { opendirSync, statSync } from 'node:fs'
import { isFileError, readProcFile } from './bounded-read.ts'
import type { ThreadFacts, UsageFacts } from './host-reader.ts'
import { statFields } from './proc-files.ts'

const MAX_STAT = 1024
const MAX_STATUS = 8192
const MAX_LIMITS = 4096
/** Where each descriptor must be listed (before Linux 6.2), no more than so many are. */
const MAX_COUNTED = 4096

/** Undefined when the process is gone. `tid`: the thread to tell of; null there when that one is gone. */
export function readUsage(pid: number, tid: number): UsageFacts | undefined {
  const process = parseThreadStat(textOf(`/proc/${pid}/stat`, MAX_STAT))
  const status = parseStatusUsage(textOf(`/proc/${pid}/status`, MAX_STATUS))
  const openFiles = countDescriptors(pid)
  if (process === undefined || status === undefined || openFiles === undefined) return undefined
  return {
    startTicks: process.startTicks,
    ...status,
    openFiles,
    openFilesLimit: parseOpenFilesLimit(textOf(`/proc/${pid}/limits`, MAX_LIMITS)),
    thread: parseThreadStat(textOf(`/proc/${pid}/task/${tid}/stat`, MAX_STAT)) ?? null,
  }
}

function textOf(path: string, maxBytes: number): string {
  return readProcFile(path, maxBytes)?.toString('utf8') ?? ''
}

/** Since Linux 6.2 the folder's size is the number of descriptors. Before it was 0, and only a listing tells. */
function countDescriptors(pid: number): number | undefined {
  const path = `/proc/${pid}/fd`
  try {
    return statSync(path).size || countNames(path)
  } catch (error) {
    if (isFileError(error)) return undefined
    throw error
  }
}

function countNames(path: string): number {
  using directory = opendirSync(path)
  let count = 0
  while (count < MAX_COUNTED && directory.readSync() !== null) count++
  return count
}

/** Faults, times and start in /proc/PID/task/TID/stat; in /proc/PID/stat those of all threads together. */
export function parseThreadStat(text: string): ThreadFacts | undefined {
  const stat = statFields(text)
  if (stat === undefined) return undefined
  const { number } = stat
  return {
    ...{ startTicks: number(22), minorFaults: number(10), majorFaults: number(12) },
    ...{ userTicks: number(14), systemTicks: number(15) },
  }
}

/** Threads and memory (kB) in /proc/PID/status; a kernel thread and a zombie have no memory. */
export function parseStatusUsage(text: string): Pick<UsageFacts, 'threads' | 'vmSizeKb' | 'vmRssKb' | 'vmSwapKb'> | undefined {
  const threads = lineNumber(text, 'Threads')
  if (threads === undefined) return undefined
  const kilobytes = (name: string) => lineNumber(text, name) ?? 0
  return { threads, vmSizeKb: kilobytes('VmSize'), vmRssKb: kilobytes('VmRSS'), vmSwapKb: kilobytes('VmSwap') }
}

function lineNumber(text: string, name: string): number | undefined {
  const [, digits] = new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text) ?? []
  return digits === undefined ? undefined : Number(digits)
}

const UNLIMITED = -1

/** The soft limit in /proc/PID/limits; -1 when there is none. */
export function parseOpenFilesLimit(text: string): number {
  const [, digits] = /^Max open files\s+(\d+)/m.exec(text) ?? []
  return digits === undefined ? UNLIMITED : Number(digits)
}
