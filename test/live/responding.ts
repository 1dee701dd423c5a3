/** For live tests of responses: an agent with response files and a server, and what a person who may respond asks of it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ActionRecord } from '../../src/findings/action-record.ts'
import { type RunningTarsier, startTarsier, tarsier, until } from '../tarsier.ts'

export type Ask = <T>(path: string, body?: object) => Promise<T>

export interface Responding {
  readonly agent: RunningTarsier
  /** The API, with a token of somebody who may respond. */
  readonly ask: Ask
}

export interface RespondingOptions {
  /** Holds `rule.yaml`; the state is made in it. */
  readonly folder: string
  readonly responses: readonly object[]
  readonly args?: readonly string[]
  /** The server is there already, at this address. */
  readonly server?: string
  /** A program with its arguments that executes the agent. */
  readonly by?: readonly string[]
}

export const consoleOf = (server: Pick<RunningTarsier, 'stderr'>): string => /console (http:\S+)/.exec(server.stderr())?.[1] ?? ''

/** `started` is told of the agent at once, so that it is ended whatever fails behind. */
export async function startResponding(
  { folder, responses, args = [], server, by }: RespondingOptions,
  started: (agent: RunningTarsier) => void,
): Promise<Responding> {
  const state = join(folder, 'state')
  writeFileSync(join(folder, 'responses.yaml'), JSON.stringify(responses))
  const files = ['--rules', join(folder, 'rule.yaml'), '--responses', join(folder, 'responses.yaml')]
  const listen = server === undefined ? ['--listen', '127.0.0.1:0'] : ['--server-apart']
  const agent = await startTarsier(['run', ...files, '--format', 'json', '--fold-window', '0', '--state', state, ...listen, ...args], by)
  started(agent)
  if (server === undefined) await until(() => consoleOf(agent) !== '', 60_000, agent.stderr)
  return { agent, ask: asking(state, server ?? consoleOf(agent)) }
}

const tokens = new Map<string, string>()

/** One for each state: an agent that starts anew finds it there. */
function tokenOf(state: string): string {
  const known = tokens.get(state)
  if (known !== undefined) return known
  tarsier(['users', 'add', 'ada', '--role', 'admin', '--state', state])
  const token = tarsier(['tokens', 'add', 'test', '--role', 'responder', '--state', state]).stdout.trim()
  tokens.set(state, token)
  return token
}

function asking(state: string, address: string): Ask {
  const token = tokenOf(state)
  let refusals = 0
  const ask: Ask = async (path, body) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const answer = await fetch(`${address}/api${path}`, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) })
    const value = (await answer.json()) as { readonly code?: string }
    // The agent asks a server that has just begun within a second.
    if (value.code !== 'RESPONSE_NO_AGENT' || ++refusals > 10) return value as never
    await new Promise((resolve) => setTimeout(resolve, 300))
    return ask(path, body)
  }
  return ask
}

/** The action that fits, once the server has it. */
export async function action({ ask, agent }: Responding, fits: (record: ActionRecord) => boolean): Promise<ActionRecord> {
  for (const begun = performance.now(); performance.now() - begun < 20_000; ) {
    const found = (await actions(ask)).find(fits)
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const came = (await actions(ask)).map(
    ({ action: name, target, phase, steps }) => `${name} of ${target}: ${phase}, ${steps.at(-1)?.detail}`,
  )
  throw new Error(`no such action came:\n${agent.stderr()}\n${came.join('\n')}`)
}

export const actions = async (ask: Ask): Promise<readonly ActionRecord[]> =>
  (await ask<{ readonly items: readonly ActionRecord[] }>('/actions?limit=500')).items

/** When a process that lives was forked, in ns since boot. */
function startOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]) * 1e7
}

export const keyOf = (pid: number): string => `${pid}@${startOf(pid)}`
