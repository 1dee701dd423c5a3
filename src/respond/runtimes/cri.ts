/**
 * Runtimes that Kubernetes uses (containerd, CRI-O, cri-dockerd), by the Container Runtime Interface. It can stop a container, and pause none.
 * Source of the numbers: kubernetes/cri-api pkg/apis/runtime/v1.
 */
import { AppError } from '../../lib/app-error.ts'
import { callGrpc, type GrpcAnswer } from './grpc.ts'
import { encode, type Fields } from './protobuf.ts'
import type { Asking, ContainerRuntime, Located } from './runtime.ts'
import { isMeant } from './runtime.ts'
import { hasSocket } from './socket.ts'

const SERVICE = '/runtime.v1.RuntimeService/'
/** runtime.v1.ContainerState: CREATED 0, RUNNING 1, EXITED 2, UNKNOWN 3. */
const EXITED = 2

export const cri: ContainerRuntime = {
  name: 'cri',
  doc: 'gRPC over the sockets of runtimes of Kubernetes: `runtime.v1.RuntimeService`.',
  find: async (id, { criSockets }, asking) => {
    const answers = await Promise.allSettled(criSockets.map((socket) => findAt(socket, id, asking)))
    const found = answers.find((answer) => answer.status === 'fulfilled' && answer.value !== undefined)
    if (found?.status === 'fulfilled') return found.value
    for (const answer of answers) if (answer.status === 'rejected') throw answer.reason
    return undefined
  },
  state: async ({ place, id }, asking) => {
    const status = await statusOf(place, id, asking)
    return status === undefined || status.state === EXITED ? 'stopped' : 'running'
  },
  pause: undefined,
  resume: undefined,
  stop: (container, graceMs, asking) => stop(container, Math.ceil(graceMs / 1000), { ...asking, timeoutMs: asking.timeoutMs + graceMs }),
  kill: (container, asking) => stop(container, 0, asking),
}

async function findAt(socket: string, id: string, asking: Asking): Promise<Located | undefined> {
  if (!hasSocket('cri', socket)) return undefined
  // ListContainersRequest.filter.id takes the beginning of an id as well.
  const list = await call(socket, 'ListContainers', encode([[1, encode([[1, id]])]]), asking)
  const found =
    list.kind === 'ok'
      ? list.fields
          .messages(1)
          .map((one) => one.text(1))
          .filter((full) => isMeant(full, id))
      : []
  const [full] = found
  if (full === undefined || found.length > 1) return undefined
  const status = await statusOf(socket, full, asking)
  return status && { runtime: 'cri', id: full, place: socket, namespace: '', pid: status.pid }
}

interface Status {
  readonly state: number
  readonly pid: number
}

async function statusOf(socket: string, id: string, asking: Asking): Promise<Status | undefined> {
  const answer = await call(
    socket,
    'ContainerStatus',
    encode([
      [1, id],
      [2, true],
    ]),
    asking,
  )
  const status = answer.kind === 'ok' ? answer.fields.messages(1)[0] : undefined
  if (answer.kind !== 'ok' || status === undefined) return undefined
  const state = status.number(3)
  // What has ended keeps its number, which may be another's by now.
  return { state, pid: state === EXITED ? 0 : pidOf(answer.fields) }
}

/** Only the verbose part knows it: a map, of which `info` is JSON in the runtime's own form. containerd and CRI-O both have `pid` there. */
function pidOf(fields: Fields): number {
  const info = fields.messages(2).find((entry) => entry.text(1) === 'info')
  try {
    const { pid } = JSON.parse(info?.text(2) ?? '{}') as { pid?: unknown }
    return Number.isSafeInteger(pid) && Number(pid) > 0 ? Number(pid) : 0
  } catch {
    return 0 // another runtime's form
  }
}

async function stop({ place, id }: Located, graceSeconds: number, asking: Asking): Promise<void> {
  const answer = await call(
    place,
    'StopContainer',
    encode([
      [1, id],
      [2, graceSeconds],
    ]),
    asking,
  )
  if (answer.kind === 'unimplemented') throw new AppError('RUNTIME_FAILED', { runtime: 'cri', place, reason: 'cannot stop containers' })
}

const call = (socket: string, method: string, request: Buffer, asking: Asking): Promise<GrpcAnswer> =>
  callGrpc({ runtime: 'cri', socket, method: `${SERVICE}${method}`, request }, asking)
