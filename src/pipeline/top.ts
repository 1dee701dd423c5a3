/** Asks a running agent for its costs, over its socket. */

import { AppError } from '../lib/app-error.ts'
import type { CostReport } from '../lib/cost-report.ts'
import { request } from '../lib/http-module.ts'
import { pidsIn, SOCKET_FOLDER } from './observation/listen.ts'

export interface AskSettings {
  /** Undefined: the one that runs. */
  readonly pid: number | undefined
  /** Has the kernel measure its programs for some seconds. */
  readonly programs: boolean
}

const TIMEOUT_MS = 5000
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/** @throws {AppError} TOP_NO_AGENT, TOP_SEVERAL or TOP_NO_ANSWER. */
export async function askCosts({ pid, programs }: AskSettings): Promise<CostReport> {
  const path = programs ? '/costs?programs=1' : '/costs'
  if (pid !== undefined) return ask(pid, path)
  const answers: CostReport[] = []
  for (const one of pidsOrNone()) {
    try {
      answers.push(await ask(one, path))
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }
  const [first] = answers
  if (first === undefined) throw new AppError('TOP_NO_AGENT', { folder: SOCKET_FOLDER })
  if (answers.length > 1) throw new AppError('TOP_SEVERAL', { pids: answers.map((answer) => answer.pid).join(', ') })
  return first
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

async function ask(pid: number, path: string): Promise<CostReport> {
  try {
    return JSON.parse(await get(`${SOCKET_FOLDER}/${pid}.sock`, path)) as CostReport
  } catch (cause) {
    throw new AppError('TOP_NO_ANSWER', { pid, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
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
