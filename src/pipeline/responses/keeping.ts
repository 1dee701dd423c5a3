/** What responses count and keep: their steps for metrics, what came before findings, and evidence, within bounds. */
import { join } from 'node:path'
import type { ActionRecord } from '../../findings/action-record.ts'
import type { Finding } from '../../findings/finding.ts'
import { INTERNAL_RULES, internalFinding } from '../../findings/internal-finding.ts'
import type { Log } from '../../lib/log.ts'
import { createKeptFolders, type KeepLimits, type KeptFolder, type KeptFolders, type KeptState } from './kept-folders.ts'
import { createSealedPasts } from './sealed-pasts.ts'
import { createStepCounts, type StepCount } from './step-counts.ts'

export interface KeepingOptions {
  /** The folder of what outlives a run. */
  readonly state: string
  readonly hostname: string
  readonly keep: KeepLimits
  readonly nowNs: () => number
  /** Lines of what came before a finding, the oldest first. */
  readonly past: (finding: Finding) => readonly string[]
  readonly emit: (finding: Finding) => void
  readonly log: Log
}

export interface Keeping {
  /** Keeps what came before it. */
  readonly seal: (finding: Finding) => void
  /** After each step of an action. */
  readonly onStep: (record: ActionRecord) => void
  /** Call it every ten minutes. */
  readonly expire: () => void
  readonly view: () => { readonly steps: readonly StepCount[]; readonly kept: ReturnType<KeptFolders['state']> }
}

export function createKeeping({ state, hostname, keep, nowNs, past, emit, log }: KeepingOptions): Keeping {
  const steps = createStepCounts()
  const kept = createKeptFolders({
    ...{ state, limits: keep, nowMs: () => nowNs() / 1e6, onDeleted },
    onFailed: (folder, reason) => log.error('what is too old could not be thrown away', { folder, reason }),
  })
  const pasts = createSealedPasts({ folder: join(state, 'flight'), past, wrote: (bytes) => kept.wrote('flight', bytes), log })

  /** Evidence is what somebody may want to see years later: that it is gone is a finding. */
  function onDeleted(folder: KeptFolder, words: string, { files, bytes }: KeptState['deleted']): void {
    log.info(words)
    if (folder !== 'evidence') return
    const fields = { 'evidence.files': files, 'evidence.bytes': bytes }
    emit(internalFinding(INTERNAL_RULES.evidenceDeleted, { output: words, fields, timeNs: nowNs(), hostname }))
  }

  return Object.freeze({
    seal: pasts.seal,
    onStep: (record: ActionRecord) => {
      steps.add(record)
      const { action, phase, detail } = record
      if (action === 'capture-evidence' && phase === 'executed') kept.wrote('evidence', Number(detail.bytes))
    },
    expire: kept.expire,
    view: () => ({ steps: steps.all(), kept: kept.state() }),
  })
}
