/**
 * containerd, by its gRPC services of tasks and namespaces. A container lives in one namespace (`k8s.io`, `moby`, `default`…), which each call names in a header.
 * Source of the numbers: containerd api/services/{tasks,namespaces}/v1 and api/types/task.
 */
import { AppError } from '../../lib/app-error.ts'
import { callGrpc, type GrpcAnswer } from './grpc.ts'
import { encode, type Fields, type FieldValue } from './protobuf.ts'
import type { Asking, ContainerRuntime, ContainerState, Located } from './runtime.ts'
import { isMeant, isShort } from './runtime.ts'
import { hasSocket } from './socket.ts'

const TASKS = '/containerd.services.tasks.v1.Tasks/'
const LIST_NAMESPACES = '/containerd.services.namespaces.v1.Namespaces/List'
const SIGTERM = 15
const SIGKILL = 9
/** containerd.v1.types.Status */
const STOPPED = 3
const PAUSED = 4
const MAX_NAMESPACES = 64

export const containerd: ContainerRuntime = {
  name: 'containerd',
  doc: 'gRPC over the socket of containerd: its tasks, in whichever namespace has the container.',
  find: async (id, { containerdSocket }, asking) => {
    if (!hasSocket('containerd', containerdSocket)) return undefined
    for (const namespace of await namespacesOf(containerdSocket, asking)) {
      const at = { place: containerdSocket, namespace }
      const task = (await getTask({ ...at, id }, asking)) ?? (isShort(id) ? await taskByPrefix({ ...at, id }, asking) : undefined)
      if (task !== undefined) return { runtime: 'containerd', ...at, id: idOf(task) || id, pid: livePid(task) }
    }
    return undefined
  },
  state: async (container, asking) => stateOf(await getTask(container, asking)),
  pause: (container, asking) => order(container, 'Pause', [], asking),
  resume: (container, asking) => order(container, 'Resume', [], asking),
  stop: (container, _graceMs, asking) => order(container, 'Kill', [[3, SIGTERM]], asking),
  // Field 4: every process of the container, not the first alone.
  kill: (container, asking) =>
    order(
      container,
      'Kill',
      [
        [3, SIGKILL],
        [4, true],
      ],
      asking,
    ),
}

/** Fields of containerd.v1.types.Process. */
const CONTAINER_ID = 1
const ID = 2
const PID = 3
const STATUS = 4

/** What has ended keeps its number, which may be another's by now. */
const livePid = (task: Fields): number => (stateOf(task) === 'stopped' ? 0 : task.number(PID))
const idOf = (task: Fields): string => task.text(CONTAINER_ID) || task.text(ID)

type Place = Pick<Located, 'place' | 'namespace'>

async function namespacesOf(socket: string, asking: Asking): Promise<readonly string[]> {
  const answer = await callGrpc({ runtime: 'containerd', socket, method: LIST_NAMESPACES, request: encode([]) }, asking)
  const names = answer.kind === 'ok' ? answer.fields.messages(1).map((namespace) => namespace.text(1)) : []
  // A header takes printable ASCII alone; containerd's own names are no more than that.
  return names.filter((name) => /^[\w.-]{1,76}$/.test(name)).slice(0, MAX_NAMESPACES)
}

async function getTask({ id, ...at }: Place & { readonly id: string }, asking: Asking): Promise<Fields | undefined> {
  const answer = await call(at, 'Get', [[1, id]], asking)
  return answer.kind === 'ok' ? answer.fields.messages(1)[0] : undefined
}

async function taskByPrefix({ id, ...at }: Place & { readonly id: string }, asking: Asking): Promise<Fields | undefined> {
  const answer = await call(at, 'List', [], asking)
  const found = answer.kind === 'ok' ? answer.fields.messages(1).filter((task) => isMeant(idOf(task), id)) : []
  return found.length === 1 ? found[0] : undefined
}

function stateOf(task: Fields | undefined): ContainerState {
  const status = task?.number(STATUS) ?? STOPPED
  if (status === PAUSED) return 'paused'
  return status === STOPPED ? 'stopped' : 'running' // PAUSING runs until it is PAUSED
}

async function order(
  { id, ...at }: Located,
  method: string,
  more: readonly (readonly [number, FieldValue])[],
  asking: Asking,
): Promise<void> {
  const answer = await call(at, method, [[1, id], ...more], asking)
  // It has ended meanwhile.
  if (answer.kind === 'not-found' && method === 'Kill') return
  if (answer.kind !== 'ok')
    throw new AppError('RUNTIME_FAILED', { runtime: 'containerd', place: at.place, reason: `does not know ${id} any more` })
}

function call(
  { place, namespace }: Place,
  method: string,
  fields: readonly (readonly [number, FieldValue])[],
  asking: Asking,
): Promise<GrpcAnswer> {
  const headers = { 'containerd-namespace': namespace }
  return callGrpc({ runtime: 'containerd', socket: place, method: `${TASKS}${method}`, request: encode(fields), headers }, asking)
}
