/** The Docker Engine, by its HTTP API over a Unix socket. Source: https://docs.docker.com/reference/api/engine/ (1.24 to 1.44). */
import { AppError } from '../../lib/app-error.ts'
import type { Asking, ContainerRuntime, ContainerState, Located } from './runtime.ts'
import { isMeant } from './runtime.ts'
import { hasSocket } from './socket.ts'
import { askUnix, type UnixAnswer } from './unix-http.ts'

export const docker: ContainerRuntime = {
  name: 'docker',
  doc: 'HTTP over the socket of the Docker Engine, version as the engine has it, at most 1.44.',
  find: async (id, { dockerSocket }, asking) => {
    if (!hasSocket('docker', dockerSocket)) return undefined
    const facts = await inspect(dockerSocket, id, asking)
    // The engine also takes names and beginnings of ids: what it found must be what was meant.
    if (facts === undefined || !isMeant(facts.id, id)) return undefined
    return { runtime: 'docker', id: facts.id, place: dockerSocket, namespace: '', pid: facts.pid }
  },
  state: async ({ place, id }, asking) => (await inspect(place, id, asking))?.state ?? 'stopped',
  pause: (container, asking) => order(container, 'pause', asking),
  resume: (container, asking) => order(container, 'unpause', asking),
  stop: (container, graceMs, asking) =>
    // The engine waits in whole seconds, then kills.
    order(container, `stop?t=${Math.ceil(graceMs / 1000)}`, { ...asking, timeoutMs: asking.timeoutMs + graceMs }),
  kill: (container, asking) => order(container, 'kill?signal=SIGKILL', asking),
}

interface ContainerFacts {
  readonly id: string
  readonly state: ContainerState
  readonly pid: number
}

/** Undefined where the engine does not know it. */
async function inspect(socket: string, id: string, asking: Asking): Promise<ContainerFacts | undefined> {
  const answer = await ask(socket, { method: 'GET', path: `/containers/${encodeURIComponent(id)}/json` }, asking)
  if (answer.status === 404) return undefined
  const facts = answer.status === 200 ? parse(answer.body) : undefined
  if (facts === undefined) throw failure(socket, `answered with ${answer.status}: ${messageOf(answer)}`)
  return facts
}

function parse(body: string): ContainerFacts | undefined {
  try {
    const { Id: id, State: state } = JSON.parse(body) as { Id?: unknown; State?: Readonly<Record<string, unknown>> }
    if (typeof id !== 'string' || typeof state?.Running !== 'boolean') return undefined
    const pid = Number.isSafeInteger(state.Pid) ? Number(state.Pid) : 0
    // A paused container counts as running, too.
    return { id, pid, state: state.Paused === true ? 'paused' : state.Running ? 'running' : 'stopped' }
  } catch {
    return undefined // no JSON: told with the status
  }
}

async function order({ place, id }: Located, what: string, asking: Asking): Promise<void> {
  const answer = await ask(place, { method: 'POST', path: `/containers/${encodeURIComponent(id)}/${what}` }, asking)
  // 304: it has stopped before.
  if (![200, 204, 304].includes(answer.status)) throw failure(place, `answered with ${answer.status}: ${messageOf(answer)}`)
}

/** The latest version that is known here to have these calls in this form. */
const LATEST = [1, 44] as const
const VERSION = /^(\d{1,3})\.(\d{1,3})$/

async function ask(
  socket: string,
  question: { readonly method: 'GET' | 'POST'; readonly path: string },
  asking: Asking,
): Promise<UnixAnswer> {
  try {
    const ping = await askUnix({ socket, method: 'GET', path: '/_ping', ...asking })
    return await askUnix({ socket, ...question, path: `/v${versionFor(ping.headers['api-version'])}${question.path}`, ...asking })
  } catch (error) {
    throw failure(socket, (error as Error).message)
  }
}

/** The engine's, or ours where the engine's is later. */
function versionFor(engines: string | string[] | undefined): string {
  const [, major, minor] = VERSION.exec(String(engines)) ?? []
  const [latestMajor, latestMinor] = LATEST
  const isOlder = Number(major) < latestMajor || (Number(major) === latestMajor && Number(minor) < latestMinor)
  return isOlder ? `${Number(major)}.${Number(minor)}` : LATEST.join('.')
}

const MAX_MESSAGE = 300

/** The engine says why in `message`. */
function messageOf({ body }: UnixAnswer): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown }
    return String(message).slice(0, MAX_MESSAGE)
  } catch {
    return body.slice(0, MAX_MESSAGE)
  }
}

const failure = (place: string, reason: string): AppError => new AppError('RUNTIME_FAILED', { runtime: 'docker', place, reason })
