/** What was denied, or would have been, becomes findings and action records; equal ones within a second are one. */
import { createFindingMaker } from '../detect/finding.ts'
import type { AnyKernelEvent } from '../events/event.ts'
import type { ActionRecord } from '../findings/action-record.ts'
import type { Finding } from '../findings/finding.ts'
import { createFold } from '../findings/fold.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import { createLru } from '../lib/lru.ts'
import { blockedFinding, type PreventedAct, type PreventionEnd, preventionFinding, preventionRecord } from './prevention-findings.ts'

export interface NotesHost {
  readonly hostname: string
  readonly emit: (finding: Finding) => void
  readonly tell: (record: ActionRecord) => void
}

export interface PreventionNotes {
  /** `event`: as it would have been. */
  readonly note: (rules: readonly CompiledRule[], end: PreventionEnd, event: AnyKernelEvent, act: PreventedAct) => void
  /** A blocked file was denied; `copyOf`: its path, where this is another one with its content. */
  readonly noteBlocked: (event: AnyKernelEvent, act: PreventedAct, copyOf: string | undefined) => void
  /** Tells what was folded before (ns since 1970). */
  readonly advance: (nowNs: number) => void
  readonly flush: () => void
}

const FOLD_NS = 1e9
const MAX_KEYS = 4096
/** Numbers of findings that those of the rules do not come to. */
const FIRST_NUMBER = 36 ** 7

export function createPreventionNotes({ hostname, emit, tell }: NotesHost): PreventionNotes {
  const acts = createLru<string, { readonly act: PreventedAct; readonly end: PreventionEnd }>(MAX_KEYS)
  const fold = createFold({ windowNs: FOLD_NS, maxKeys: MAX_KEYS, emit: emitBoth })
  let number = FIRST_NUMBER
  const make = createFindingMaker({ hostname, nextNumber: () => number++ })

  function note(rules: readonly CompiledRule[], end: PreventionEnd, event: AnyKernelEvent, act: PreventedAct): void {
    for (const rule of rules) take(preventionFinding(make(rule, event), end), act, end)
  }

  function take(finding: Finding, act: PreventedAct, end: PreventionEnd): void {
    acts.set(finding.foldKey, { act, end })
    fold.push(finding)
  }

  function emitBoth(finding: Finding): void {
    emit(finding)
    const about = acts.get(finding.foldKey)
    if (about !== undefined) tell(preventionRecord(finding, about.act, about.end))
  }

  const noteBlocked: PreventionNotes['noteBlocked'] = (event, act, copyOf) =>
    take(blockedFinding(event, { act, copyOf, hostname }), act, 'prevented')

  return Object.freeze({ note, noteBlocked, advance: fold.advance, flush: fold.flush })
}
