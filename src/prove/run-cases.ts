/** Runs cases in sandboxes, some at a time, and says of each what the sensor made of it. */
import type { Proof } from '../findings/proof.ts'
import { missingFor, type ProveCase } from './cases.ts'
import type { Sandboxes, Watched } from './observer.ts'
import { runInSandbox, type SandboxResult } from './sandbox.ts'

export interface RunOptions extends Sandboxes {
  readonly cases: readonly ProveCase[]
  readonly jobs: number
  readonly timeoutMs: number
  readonly onStart: (one: ProveCase) => void
  readonly onResult: (result: Proof) => void
}

/** Resolves with the results in the order of the cases; those that did not begin are left out at the end. */
export async function runCases({ cases, jobs, onResult, onStart, ...rest }: RunOptions): Promise<readonly Proof[]> {
  const results: Proof[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let index = next++; index < cases.length && !rest.stopped(); index = next++) {
      const one = cases[index] as ProveCase
      onStart(one)
      const result = await runCase(one, `${rest.prefix}-${index}`, rest)
      results[index] = result
      onResult(result)
    }
  }
  await Promise.all(Array.from({ length: Math.min(jobs, cases.length) }, work))
  return results
}

type CaseRun = Pick<RunOptions, 'observer' | 'timeoutMs'>

async function runCase(one: ProveCase, name: string, { observer, timeoutMs }: CaseRun): Promise<Proof> {
  const begun = performance.now()
  const { rule, kind, of } = one
  const verdict = (result: Proof['result'], more: Partial<Proof> = {}): Proof => ({
    ...{ rule: rule.name, case: of.name, kind, evades: of.evades, result },
    ...{ reason: undefined, delayMs: undefined, alsoBy: [], seconds: (performance.now() - begun) / 1000 },
    ...more,
  })
  const missing = missingFor(of.place, of.needs)
  if (missing.length > 0) return verdict('skipped', { reason: `not installed: ${missing.join(', ')}` })
  let watched: Watched | undefined
  try {
    const { run: script, place } = of
    const onReady = (pid: number): void => {
      watched = observer.watch(pid)
    }
    const ran = await runInSandbox({ script, place, name, timeoutMs, onReady, onDone: observer.settle })
    await observer.settle()
    const told = watched?.told() ?? []
    const own = told.find(({ finding }) => finding.rule === rule.name)
    const alsoBy = [...new Set(told.map(({ finding }) => finding.rule))].filter((other) => other !== rule.name).sort()
    const broken = whatBroke(ran, timeoutMs)
    if (broken !== undefined) return verdict('error', { reason: broken, alsoBy })
    const delayMs = own && Math.max(0, (own.atNs - own.finding.timeNs) / 1e6)
    if (kind === 'attack') {
      if (own) return verdict('proven', { delayMs, alsoBy })
      return verdict('missed', { reason: alsoBy.length > 0 ? `only others found it: ${alsoBy.join(', ')}` : 'nothing was found', alsoBy })
    }
    return own ? verdict('noisy', { reason: own.finding.output, delayMs, alsoBy }) : verdict('silent', { alsoBy })
  } catch (error) {
    return verdict('error', { reason: (error as Error).message })
  } finally {
    watched?.end()
  }
}

/** Why what ran in a sandbox is no evidence; undefined when it is. */
export function whatBroke({ code, timedOut, output }: SandboxResult, timeoutMs: number): string | undefined {
  if (timedOut) return `it did not end within ${timeoutMs / 1000} s; it printed: ${lastLines(output)}`
  if (code !== 0) return `its script ended with ${code ?? 'a signal'}; it printed: ${lastLines(output)}`
  return undefined
}

const lastLines = (output: string): string => output.split('\n').slice(-3).join(' | ') || 'nothing'
