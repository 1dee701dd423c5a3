/**
 * New rules in the place of those that run, without an event that neither judges. Kinds that only the new rules want are attached
 * first, then the engine is swapped between two events, and last what only the old ones wanted is taken down. To load programs and to
 * take them down holds up the event loop: between two such steps it gets the time to judge what happened and to print what was found.
 */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import type { Engine } from '../detect/engine.ts'
import { namedFiles } from '../detect/named-files.ts'
import type { Finding } from '../findings/finding.ts'
import { INTERNAL_RULES, type InternalRule, internalFinding } from '../findings/internal-finding.ts'
import { chosenFiles, type RuleChoice } from '../lang/rule-choice.ts'
import { AppError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import type { LiveEvents } from './live-events.ts'
import { changesText, ruleChanges } from './rule-changes.ts'
import { loadEngineAnew, type RuleReport } from './rules.ts'
import { sayHooks } from './say.ts'
import type { SwappableEngine } from './swappable-engine.ts'
import { kindsOfTypes } from './wanted-kinds.ts'

export interface RuleReloadOptions {
  readonly choice: RuleChoice
  readonly engine: SwappableEngine
  readonly live: Pick<LiveEvents, 'addKinds' | 'keepKinds' | 'nameFiles' | 'hooks' | 'hostname' | 'nowNs'>
  readonly report: RuleReport
  readonly log: Log
  readonly emit: (finding: Finding) => void
  /** Called right before the new rules take their place, in the same turn. */
  readonly beforeSwap: (next: Engine) => void
  /** Resolves when the rules have judged what happened before and the outputs have taken what was found, or have had their time. */
  readonly catchUp: () => Promise<unknown>
}

export interface RuleReload {
  /** Loads the rules anew and takes them where they differ and have no error; says what became of it. One at a time; never rejects. */
  readonly reload: () => Promise<void>
  /** From now on nothing is touched: the sensor is about to be closed. */
  readonly end: () => void
}

/** `fingerprint`: of the files, taken before the rules that run were read from them. */
export function createRuleReload(options: RuleReloadOptions, fingerprint: string | undefined): RuleReload {
  const { choice, engine, live, report, log, emit, beforeSwap, catchUp } = options
  let loaded = fingerprint
  let last = Promise.resolve()
  let ended = false

  async function reload(): Promise<void> {
    if (ended) return
    await catchUp()
    if (ended) return
    try {
      const found = fingerprintOf(choice)
      if (found !== undefined && found === loaded) {
        log.info('the rules have not changed', { rules: engine.rules.length })
        return
      }
      await take(loadEngineAnew(choice, report))
      loaded = found
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      tell(INTERNAL_RULES.rulesKept, `The ${engine.rules.length} rules before go on: ${error.message}`, {})
      log.error('the rules were not loaded; those before go on', { code: error.code, reason: error.message })
    }
  }

  async function take(next: Engine): Promise<void> {
    const kinds = kindsOfTypes(next.wantedTypes)
    const before = kindsOfTypes(engine.wantedTypes)
    live.addKinds(kinds)
    const changes = ruleChanges(engine.rules, next.rules)
    beforeSwap(next)
    engine.replace(next)
    live.nameFiles(namedFiles(next.rules.map(({ rule }) => rule)))
    const text = changesText(next.rules.length, changes)
    const { added, removed } = changes
    tell(INTERNAL_RULES.rulesLoaded, text, {
      'tarsier.rules': next.rules.length,
      'tarsier.added': added.length,
      'tarsier.removed': removed.length,
    })
    log.info('rules loaded', { rules: next.rules.length, new: added.length, gone: removed.length })
    sayHooks(live.hooks, log)
    const left = new Set([...kinds, ...before])
    for (const kind of before) {
      if (kinds.has(kind)) continue
      left.delete(kind)
      await catchUp()
      if (ended) return
      live.keepKinds(left) // 20 ms and more each, hundreds where the machine is busy
    }
  }

  function tell(rule: InternalRule, output: string, fields: Readonly<Record<string, number>>): void {
    emit(internalFinding(rule, { output, fields, timeNs: live.nowNs(), hostname: live.hostname }))
  }

  return Object.freeze({
    reload: () => {
      last = last.then(reload)
      return last
    },
    end: () => {
      ended = true
    },
  })
}

/** Names what the files hold; undefined when one cannot be read, or only once. */
export function fingerprintOf(choice: RuleChoice): string | undefined {
  try {
    const hash = createHash('sha256')
    for (const path of chosenFiles(choice)) {
      if (path === '-' || !statSync(path).isFile()) return undefined
      hash.update(path).update('\0').update(readFileSync(path)).update('\0')
    }
    return hash.digest('hex')
  } catch {
    return undefined
  }
}
