/** The cases of rules, chosen and ready to run. */
import { accessSync, constants } from 'node:fs'
import { basename, dirname } from 'node:path'
import { hashOfCase } from '../findings/proof-ledger.ts'
import type { RuleCase } from '../lang/items.ts'
import type { LinkedRule } from '../lang/link.ts'
import { meaningOf } from '../lang/meaning.ts'

export interface ProveCase {
  readonly rule: LinkedRule
  readonly kind: 'attack' | 'benign'
  readonly of: RuleCase
}

/** Of these rules, all cases; attacks first. */
export function casesOf(rules: readonly LinkedRule[]): readonly ProveCase[] {
  return rules.flatMap((rule) => [
    ...rule.attack.map((of): ProveCase => ({ rule, kind: 'attack', of })),
    ...rule.benign.map((of): ProveCase => ({ rule, kind: 'benign', of })),
  ])
}

/** Rules by name, by the folder that they are in (the tactic), or by technique. */
export function isChosen(rule: LinkedRule, word: string): boolean {
  const asked = word.toLowerCase()
  const tactic = basename(dirname(rule.position.file))
  return (
    rule.name.toLowerCase() === asked ||
    tactic === asked ||
    basename(rule.position.file, '.yaml') === asked ||
    rule.techniques.some((id) => id.toLowerCase() === asked || id.toLowerCase().startsWith(`${asked}.`))
  )
}

/** Changes with what the case does and with what the rule looks for. */
export const hashOf = ({ rule, of }: ProveCase): string => hashOfCase(meaningOf(rule), of.run, of.place)

const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** Of what a script in that place uses, the programs that are not installed. */
export function missingFor(place: 'host' | 'container', needs: readonly string[]): readonly string[] {
  return missingPrograms(place === 'container' ? ['runc', ...needs] : needs)
}

/** Of the programs, those that are not installed. */
export function missingPrograms(programs: readonly string[]): readonly string[] {
  return programs.filter((program) => !FOLDERS.some((folder) => isExecutable(`${folder}/${program}`)))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
