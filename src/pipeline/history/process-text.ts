/** States of processes as JSON: what history says of who did something. */
import type { AnyKernelEvent } from '../../events/event.ts'
import type { HostView } from '../../events/host-view.ts'
import type { Process } from '../../events/process.ts'
import type { ProcessExit, ProcessRecord } from '../../findings/process-record.ts'
import { quoted } from '../../lib/json-text.ts'
import { isOfThread, processFields } from './event-fields.ts'
import { valueText } from './value-text.ts'

export const keyOf = ({ pid, startNs }: Process): string => `${pid}@${startNs}`

/** What is known of a process at a moment; `event`: by its own deed, or as standIn() has it. `id` and `timeNs` as in ProcessRecord. */
export interface StateFacts {
  readonly id: string
  readonly timeNs: number
  readonly event: AnyKernelEvent
  readonly process: Process
}

const FIELDS = processFields().map((field) => ({
  name: quoted(field.name),
  read: field.bind(undefined),
  ofThread: isOfThread(field.name),
}))

/** The text of a ProcessRecord. */
export function processText({ id, timeNs, event, process }: StateFacts): string {
  const { hostname, bootTimeNs } = event.host
  const { parent, container } = process
  const own: Omit<ProcessRecord, 'fields'> = {
    id,
    processKey: keyOf(process),
    parentKey: parent && keyOf(parent),
    hostname,
    timeNs,
    pid: process.pid,
    ppid: parent?.pid ?? process.ppid,
    name: process.comm,
    exePath: process.exePath,
    cmdline: process.cmdline,
    user: process.userName ?? String(process.euid),
    uid: process.euid,
    containerId: container?.id,
    containerName: container?.name,
    image: container?.image,
    startedNs: bootTimeNs + process.startNs,
  }
  return `${JSON.stringify(own).slice(0, -1)},"fields":{${fieldTexts(event, process).join()}}}`
}

function fieldTexts(event: AnyKernelEvent, process: Process): string[] {
  const texts: string[] = []
  const isStandIn = event.id === NO_EVENT
  for (const { name, read, ofThread } of FIELDS) {
    if (ofThread && isStandIn) continue
    const value = read(event)
    if (value !== undefined) texts.push(`${name}:${valueText(Array.isArray(value) ? shortened(value) : value)}`)
  }
  texts.push(...labelTexts('container.label', process.container?.labels), ...labelTexts('k8s.pod.label', process.container?.podLabels))
  return texts
}

/** A line of descent with arguments as long as can be would make a record of megabytes. */
const MAX_LIST_TEXT = 32_768
const MAX_ELEMENT = 512

type List = readonly (string | number | boolean)[]

function shortened(list: List): List {
  const length = list.reduce<number>((sum, one) => sum + String(one).length, 0)
  return length <= MAX_LIST_TEXT ? list : list.map((one) => (typeof one === 'string' ? one.slice(0, MAX_ELEMENT) : one))
}

/** Rules ask for one by its name. */
function labelTexts(field: string, labels: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries(labels).map(([name, value]) => `${quoted(`${field}[${name}]`)}:${quoted(value)}`)
}

/** The text of a ProcessExit. */
export function exitText(exit: ProcessExit): string {
  return JSON.stringify(exit)
}

const NO_EVENT = ''

/** An event as the process would send it, for a process that has not sent any: fields of the process alone can be read of it. */
export function standIn(process: Process, host: HostView, timeNs: number): AnyKernelEvent {
  const { pid, vpid, uid, gid, euid, egid, loginuid, sid, tty, startNs, ppid } = process
  const record = {
    pid,
    tid: pid,
    vpid,
    uid,
    gid,
    euid,
    egid,
    loginuid,
    sid,
    tty,
    startNs,
    ppid,
    timeNs: timeNs - host.bootTimeNs,
    flags: 0,
  }
  return {
    id: NO_EVENT,
    source: 'syscall',
    kind: 'process.snapshot',
    type: 'snapshot',
    number: 0,
    timeNs,
    record,
    process,
    host,
  } as unknown as AnyKernelEvent
}
