/** Tells the kernel side whom to kill at the hook: what responses say, as far as it can decide that exactly. */
import { statSync } from 'node:fs'
import type { Engine } from '../../detect/engine.ts'
import { deriveKernelKill } from '../../detect/kernel-kill.ts'
import { compileGlob } from '../../lang/glob.ts'
import type { ResponseSet } from '../../lang/load-responses.ts'
import type { ResponseItem, ResponseWhen } from '../../lang/response-items.ts'
import type { Log } from '../../lib/log.ts'
import { KILL_AT_HOOK } from '../../respond/actions/kill-at-hook.ts'
import type { Exempt, ExemptProgram } from '../../sources/ebpf/filters/kill-tables.ts'
import type { KernelSource } from '../../sources/ebpf.ts'
import { hostMountNamespace } from '../host-mount-namespace.ts'
import { PROTECTED_PROGRAMS } from '../protected-programs.ts'

export interface HookKills {
  /** Arms what these rules and responses come to, in place of what was armed before. */
  readonly arm: (rules: Pick<Engine, 'rules' | 'planner'>, responses: Pick<ResponseSet, 'responses' | 'protections'>) => void
}

export function createHookKills(source: Pick<KernelSource, 'setKernelKill'>, log: Log): HookKills {
  let said = ''

  function arm(
    { rules, planner }: Pick<Engine, 'rules' | 'planner'>,
    { responses, protections }: Pick<ResponseSet, 'responses' | 'protections'>,
  ): void {
    const asking = responses.filter(({ mode, steps }) => mode === 'act' && steps.some(({ action }) => action.value === KILL_AT_HOOK))
    const late = asking.filter((one) => obstacleOf(one) !== undefined || protections.length > 0)
    const wanted = asking
      .filter((one) => !late.includes(one))
      .flatMap(({ when }) => (when.rules ?? []).map((glob) => compileGlob(glob, { ignoreCase: true })))
    const chosen = rules.filter(({ rule }) => wanted.some((fits) => fits(rule.name)))
    const { terms, verdicts } = deriveKernelKill(chosen, planner)
    const errno = source.setKernelKill(terms, terms.length === 0 ? undefined : exemptions())
    const reasons = [
      ...late.map((one) => `${one.name.value}: ${obstacleOf(one) ?? 'there are protections, which the kernel side cannot ask'}`),
      ...verdicts.filter(({ qualifies }) => !qualifies).map(({ rule, why }) => `${rule}: ${why}`),
    ]
    say(new Set(terms.map(({ rule }) => rule)).size, reasons, errno)
  }

  /** The same is said once. */
  function say(rules: number, reasons: readonly string[], errno: number): void {
    const text = JSON.stringify([rules, reasons, errno])
    if (text === said || (said === '' && rules === 0 && reasons.length === 0)) return
    said = text
    if (errno !== 0) log.warning('the kernel side takes no orders to kill: all is killed right after the event', { errno })
    else log.info('rules whose processes are killed at the hook', { rules })
    for (const reason of reasons) log.warning('killed right after the event, not at the hook', { reason })
  }

  return Object.freeze({ arm })
}

function obstacleOf({ when }: ResponseItem): string | undefined {
  const { rules, ...others } = when satisfies ResponseWhen
  const more = Object.entries(others).filter(([, value]) => value !== undefined)
  if (rules === undefined) return 'its `when` names no rules'
  return more.length === 0 ? undefined : `its \`when\` asks for ${more.map(([key]) => key).join(', ')}, too`
}

/** What runs Tarsier's server runs anything else as well: it is spared where the agent started it, and nowhere else. */
const exemptions = (): Exempt => ({
  ofRoot: PROTECTED_PROGRAMS.flatMap(programAt),
  hostMntNs: hostMountNamespace(),
  ofAgent: programAt(process.execPath),
})

/** By inode: another file under such a name is not spared. */
function programAt(path: string): readonly ExemptProgram[] {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat === undefined ? [] : [{ dev: kernelDevice(stat.dev), ino: stat.ino }]
}

/** stat(2) packs a device in another way than the kernel does: 12 bits of major above 20 of minor there. */
const kernelDevice = (dev: number): number => (((dev >>> 8) & 0xfff) << 20) | (dev & 0xff) | ((dev >>> 12) & 0xfff00)
