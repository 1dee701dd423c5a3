/** Where an event happened and with what: what a finding keeps of it for those who act on it. */
import type { Event } from '../events/event.ts'
import { deviceNumber } from '../events/fields/fd.ts'
import { VOCABULARY } from '../events/fields.ts'
import type { ContainerInfo, Process } from '../events/process.ts'
import type { Finding, FindingObject } from '../findings/finding.ts'
import { flatVocabulary } from './flat-vocabulary.ts'

type FileId = NonNullable<FindingObject['fileId']>

const FIELDS = flatVocabulary(VOCABULARY)
const reader = (name: string) => FIELDS.field(name)?.bind(undefined) ?? (() => undefined)

const fileName = reader('fd.name')
const fileKind = reader('fd.typechar')
const fileInode = reader('fd.ino')
const fileDevice = reader('fd.dev')
const program = reader('proc.exepath')
const remoteAddress = reader('fd.rip')
const remotePort = reader('fd.rport')
const FLAT_WORKLOAD = {
  containerName: reader('container.name'),
  image: reader('container.image'),
  podName: reader('k8s.pod.name'),
  podNamespace: reader('k8s.ns.name'),
  podUid: reader('k8s.pod.uid'),
}

export function circumstancesOf(event: Event, process: Process | undefined): Pick<Finding, 'workload' | 'object'> {
  return { workload: workloadOf(event, process), object: objectOf(event, process) }
}

function workloadOf(event: Event, process: Process | undefined): Finding['workload'] {
  if (process?.container !== undefined) return ofContainer(process.container)
  if (event.kind !== 'flat') return undefined
  const values = Object.entries(FLAT_WORKLOAD).map(([key, read]) => [key, text(read(event))] as const)
  return values.every(([, value]) => value === undefined) ? undefined : (Object.fromEntries(values) as unknown as Finding['workload'])
}

function ofContainer({ name, image, podName, podNamespace, podUid }: ContainerInfo): Finding['workload'] {
  return { containerName: name, image, podName, podNamespace, podUid }
}

/** Names of connections (`a->b`) and of sockets are no paths. */
function objectOf(event: Event, process: Process | undefined): Finding['object'] {
  const ip = text(remoteAddress(event))
  const port = remotePort(event)
  const named = isFile(fileKind(event)) ? text(fileName(event)) : undefined
  const path = named?.startsWith('/') === true ? named : undefined
  const file = path ?? (event.type === 'execve' || event.type === 'execveat' ? text(program(event)) : undefined)
  if (ip === undefined && file === undefined) return undefined
  const fileId = path === undefined ? file && programId(process) : openedId(event)
  return { file, ...(fileId && { fileId }), ip, port: ip === undefined || typeof port !== 'number' ? undefined : port }
}

function openedId(event: Event): FileId | undefined {
  const [dev, ino] = [fileDevice(event), fileInode(event)]
  return typeof dev === 'number' && typeof ino === 'number' ? { dev, ino } : undefined
}

/** An inode of 0 was not told. */
const programId = (process: Process | undefined): FileId | undefined =>
  process === undefined || process.exe.ino === 0 ? undefined : { dev: deviceNumber(process.exe.dev), ino: process.exe.ino }

/** `f`: a file, `d`: a folder; not known of events that tell a path alone. */
const isFile = (kind: unknown): boolean => kind === undefined || kind === 'f' || kind === 'd'

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' && value !== 'host' ? value : undefined)
