/** Proofs for people, and the progress of making them. */
import type { Proof, ProofReport, ProofResult } from '../findings/proof.ts'
import { escapeText } from '../lib/escape.ts'
import { createStyle, type Style } from '../lib/style.ts'
import type { CommandContext } from './context.ts'

export interface Progress {
  readonly onPlan: (cases: number) => void
  readonly onStart: (name: string) => void
  readonly onResult: () => void
  readonly end: () => void
}

const BAR = 24
const NAME = 60

/** A bar that is drawn over on a terminal; nothing elsewhere. */
export function createProgress({ stderr, isTty }: Pick<CommandContext, 'stderr' | 'isTty'>): Progress {
  let planned = 0
  let done = 0
  let current = ''
  const draw = (): void => {
    if (!isTty.stderr || planned === 0) return
    const full = Math.round((done / planned) * BAR)
    stderr(`\r\x1b[K${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${done}/${planned} ${escapeText(current).slice(0, NAME)}`)
  }
  return {
    onPlan: (cases) => {
      planned = cases
      draw()
    },
    onStart: (name) => {
      current = name
      draw()
    },
    onResult: () => {
      done++
      draw()
    },
    end: () => {
      if (isTty.stderr && planned > 0) stderr('\r\x1b[K')
    },
  }
}

/** What is wrong comes last, where it is read. Ends in a newline. */
export function proofText({ proofs, left, lost, seconds }: ProofReport, colour: boolean): string {
  const style = createStyle(colour)
  const order: readonly ProofResult[] = ['proven', 'silent', 'skipped', 'noisy', 'missed', 'error']
  const sorted = proofs.toSorted((a, b) => order.indexOf(a.result) - order.indexOf(b.result))
  const counts = order.flatMap((result) => {
    const count = proofs.filter((proof) => proof.result === result).length
    return count === 0 ? [] : [`${count} ${result}`]
  })
  const rules = new Set(proofs.filter(({ result }) => result === 'proven').map(({ rule }) => rule)).size
  const rest = left === 0 ? '' : `; ended before ${left} more`
  const loss = lost === 0 ? '' : `; ${lost} events were lost meanwhile`
  return `${[
    ...sorted.flatMap((proof) => linesOf(proof, style)),
    '',
    `${counts.join(', ')}; ${rules} rules proven, in ${seconds.toFixed(0)} s${rest}${loss}`,
  ].join('\n')}\n`
}

function linesOf(proof: Proof, style: Style): string[] {
  const { rule, case: name, kind, result, delayMs, evades, reason } = proof
  const bad = result === 'missed' || result === 'noisy' || result === 'error'
  const word = (bad ? style.red : result === 'skipped' ? style.yellow : style.green)(result.padEnd(8))
  const facts = [kind === 'benign' ? 'look-alike' : '', evades ?? '', delayMs === undefined ? '' : `${delayMs.toFixed(1)} ms`]
  const notes = facts.filter((fact) => fact !== '').join(', ')
  const line = `${word} ${style.bold(escapeText(rule))}: ${escapeText(name)}${notes === '' ? '' : style.dim(` (${escapeText(notes)})`)}`
  return reason === undefined ? [line] : [line, `         ${escapeText(reason)}`]
}
