/** Asks a running agent for its costs. */
import { AppError } from '../lib/app-error.ts'
import type { CostReport } from '../lib/cost-report.ts'
import { askAgent, askAgents } from './ask-agent.ts'
import { SOCKET_FOLDER } from './observation/listen.ts'

export interface AskSettings {
  /** Undefined: the one that runs. */
  readonly pid: number | undefined
  /** Has the kernel measure its programs for some seconds. */
  readonly programs: boolean
}

/** @throws {AppError} TOP_NO_AGENT, TOP_SEVERAL or TOP_NO_ANSWER. */
export async function askCosts({ pid, programs }: AskSettings): Promise<CostReport> {
  const path = programs ? '/costs?programs=1' : '/costs'
  if (pid !== undefined) return askAgent(pid, path)
  const { answers, failures } = await askAgents<CostReport>(path)
  if (failures.length > 0) throw failures[0]
  const [first] = answers
  if (first === undefined) throw new AppError('TOP_NO_AGENT', { folder: SOCKET_FOLDER })
  if (answers.length > 1) throw new AppError('TOP_SEVERAL', { pids: answers.map((answer) => answer.pid).join(', ') })
  return first
}
