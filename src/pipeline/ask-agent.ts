/** Asks running agents, each over its socket (observation.ts). */
import { AppError } from '../lib/app-error.ts'
import { request } from '../lib/http-module.ts'
import { pidsIn, SOCKET_FOLDER } from './observation/listen.ts'

const TIMEOUT_MS = 5000
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/** What that agent answers. Throws AppError TOP_NO_ANSWER. */
export async function askAgent<T>(pid: number, path: string): Promise<T> {
  try {
    return JSON.parse(await get(`${SOCKET_FOLDER}/${pid}.sock`, path)) as T
  } catch (cause) {
    throw new AppError('TOP_NO_ANSWER', { pid, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}

export interface Answers<T> {
  readonly answers: readonly T[]
  /** Of those that run and do not answer so: AppError TOP_NO_ANSWER. */
  readonly failures: readonly unknown[]
}

/** What all that run answer. Throws AppError TOP_NO_AGENT where none can be looked for: one must be root. */
export async function askAgents<T>(path: string): Promise<Answers<T>> {
  const answers: T[] = []
  const failures: unknown[] = []
  for (const pid of pidsOrNone()) {
    try {
      answers.push(await askAgent<T>(pid, path))
    } catch (error) {
      if (!isGone(error)) failures.push(error)
    }
  }
  return { answers, failures }
}

function pidsOrNone(): readonly number[] {
  try {
    return pidsIn(SOCKET_FOLDER)
  } catch (cause) {
    throw new AppError('TOP_NO_AGENT', { folder: SOCKET_FOLDER }, { cause })
  }
}

/** Its socket lies there, but nobody listens: it was killed. */
function isGone(error: unknown): boolean {
  const code = error instanceof AppError ? (error.cause as NodeJS.ErrnoException | undefined)?.code : undefined
  return code === 'ECONNREFUSED' || code === 'ENOENT'
}

function get(socketPath: string, path: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const asked = request({ socketPath, path, headers: { Host: 'tarsier' }, signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => {
    const chunks: Buffer[] = []
    let bytes = 0
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > MAX_ANSWER_BYTES) response.destroy(new Error('its answer is too long'))
      chunks.push(chunk)
    })
    response.on('error', reject)
    response.on('end', () =>
      response.statusCode === 200 ? resolve(Buffer.concat(chunks).toString('utf8')) : reject(new Error(`it says ${response.statusCode}`)),
    )
  })
  asked.on('error', reject)
  asked.end()
  return promise
}
