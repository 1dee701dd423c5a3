/** proc.* and thread.* that say what a process uses of the host: memory, processor, threads and descriptors. */
import type { AnyKernelEvent } from '../event.ts'
import { defineField } from '../field-readers/define-field.ts'
import { oncePerEvent } from '../field-readers/once-per-event.ts'
import type { ProcessUsage, ThreadUsage } from '../host-view.ts'

const usageOf = oncePerEvent((event): ProcessUsage | undefined => {
  const { process, record, host } = event
  if (process === undefined || process.exitNs !== undefined) return undefined
  return host.usage(process.pid, process.startNs, record.tid, record.timeNs)
})

interface UsageField {
  readonly name: string
  readonly doc: string
  readonly unit?: string
  readonly example: number
}

const ofProcess = (field: UsageField, of: (usage: ProcessUsage, event: AnyKernelEvent) => number | undefined) =>
  defineField({
    ...field,
    type: 'number',
    readsHost: true,
    read: (event) => {
      const usage = usageOf(event)
      return usage === undefined ? undefined : of(usage, event)
    },
  })

const ofThread = (field: UsageField, of: (thread: ThreadUsage) => number) =>
  ofProcess(field, ({ thread }) => (thread === undefined ? undefined : of(thread)))

const isMain = ({ record }: AnyKernelEvent) => record.tid === record.pid

const KB = 1024

/** Of the process for its main thread, 0 for the others, as Falco has it. */
const mainThread = (name: string, what: string, unit: string, example: number, of: (usage: ProcessUsage) => number) =>
  ofProcess({ name, doc: `${what} of the process, for its main thread; 0 for the others.`, unit, example }, (usage, event) =>
    isMain(event) ? of(usage) : 0,
  )

const PROCESS = [
  ofProcess({ name: 'proc.fdopencount', doc: 'Open descriptors.', example: 12 }, ({ openFiles }) => openFiles),
  ofProcess(
    { name: 'proc.fdlimit', doc: 'How many descriptors it may open; -1 when there is no limit.', example: 1024 },
    (usage) => usage.openFilesLimit,
  ),
  ofProcess({ name: 'proc.fdusage', doc: 'Open descriptors as a part of those that it may open.', unit: '%', example: 1.2 }, (usage) =>
    usage.openFilesLimit > 0 ? (usage.openFiles * 100) / usage.openFilesLimit : undefined,
  ),
  ofProcess({ name: 'proc.vmsize', doc: 'Virtual memory.', unit: 'KiB', example: 8192 }, ({ vmSizeKb }) => vmSizeKb),
  ofProcess({ name: 'proc.vmrss', doc: 'Memory that is in RAM.', unit: 'KiB', example: 4096 }, ({ vmRssKb }) => vmRssKb),
  ofProcess({ name: 'proc.vmswap', doc: 'Memory that is swapped out.', unit: 'KiB', example: 0 }, ({ vmSwapKb }) => vmSwapKb),
  ofProcess({ name: 'proc.nthreads', doc: 'Living threads, with the main one.', example: 4 }, ({ threads }) => threads),
  ofProcess({ name: 'proc.nchilds', doc: 'Living threads beside the main one.', example: 3 }, ({ threads }) => Math.max(threads - 1, 0)),
]

const CPU = 'since it was last asked, or since the thread began; over one second at least'

const THREAD = [
  ofThread({ name: 'thread.pfmajor', doc: 'Page faults of the thread that read from disk.', example: 2 }, ({ majorFaults }) => majorFaults),
  ofThread({ name: 'thread.pfminor', doc: 'Page faults of the thread that did not.', example: 420 }, ({ minorFaults }) => minorFaults),
  ofThread(
    { name: 'thread.cpu', doc: `Share of one CPU that the thread had ${CPU}.`, unit: '%', example: 12.5 },
    ({ cpuUser, cpuSystem }) => Math.min(cpuUser + cpuSystem, 100),
  ),
  ofThread({ name: 'thread.cpu.user', doc: 'The part of thread.cpu in user space.', unit: '%', example: 10 }, ({ cpuUser }) => cpuUser),
  ofThread(
    { name: 'thread.cpu.system', doc: 'The part of thread.cpu in the kernel.', unit: '%', example: 2.5 },
    ({ cpuSystem }) => cpuSystem,
  ),
  mainThread('thread.vmsize', 'Virtual memory', 'KiB', 8192, ({ vmSizeKb }) => vmSizeKb),
  mainThread('thread.vmrss', 'Memory in RAM', 'KiB', 4096, ({ vmRssKb }) => vmRssKb),
  mainThread('thread.vmsize.b', 'Virtual memory', 'bytes', 8_388_608, ({ vmSizeKb }) => vmSizeKb * KB),
  mainThread('thread.vmrss.b', 'Memory in RAM', 'bytes', 4_194_304, ({ vmRssKb }) => vmRssKb * KB),
]

export const USAGE_FIELDS = [...PROCESS, ...THREAD]
