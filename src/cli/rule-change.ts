/** What people change of rules by way of the server: whether and how they run, and what they are silent about. */
import type { RuleDetail } from '../api/services.ts'
import { CLIENT_OPTIONS } from './client-options.ts'
import { type AnyCommand, defineCommand } from './command.ts'
import type { CommandContext } from './context.ts'
import { EXIT } from './exit-code.ts'
import { argument, argumentsOf, UsageError } from './option.ts'
import type { ServerClient } from './server-client.ts'

export const RULE_NAME = argument('RULE', 'Its name, in quotes: tarsier rules list has them.')
const RULE_NAMES = argumentsOf('RULE', 'Their names, each in quotes: tarsier rules list has them.')

export const rulePath = (name: string): string => `/rules/${encodeURIComponent(name)}`

/** Told as it is done: as a line of JSON, or as a sentence. */
export async function tellRule(rule: RuleDetail, said: string, json: boolean, { stdout }: Pick<CommandContext, 'stdout'>): Promise<void> {
  const { escapeText, safeJson } = await import('../lib/escape.ts')
  stdout.write(json ? `${safeJson(rule)}\n` : `${escapeText(rule.name)}: ${escapeText(said)}\n`)
}

interface StateCommand {
  readonly word: string
  readonly summary: string
  readonly doc: string
  readonly change: (client: ServerClient, path: string) => Promise<RuleDetail>
}

export function ruleStateCommand({ word, summary, doc, change }: StateCommand): AnyCommand {
  return defineCommand({
    name: `rules ${word}`,
    summary,
    doc: `${doc} Asks the server; takes a token of a responder. Agents load it within seconds.`,
    arguments: { rules: RULE_NAMES },
    options: { ...CLIENT_OPTIONS },
    examples: [
      { line: `rules ${word} 'Reverse shell'`, doc: summary },
      { line: `rules ${word} 'Reverse shell' 'Shell in a container' --json`, doc: 'Several; each as a line of JSON.' },
    ],
    exits: ['ok', 'inputErrors'],
    run: async ({ rules, server, tokenFile, json }, context) => {
      const { connectServer } = await import('./server-client.ts')
      const client = connectServer({ server, tokenFile }, context)
      for (const name of rules) {
        const rule = await change(client, rulePath(name))
        await tellRule(rule, stateText(rule), json, context)
      }
      return EXIT.ok
    },
  })
}

function stateText({ enabled, shadow, priority, overridden }: RuleDetail): string {
  const runs = enabled ? (shadow ? 'runs in shadow' : `runs, priority ${priority}`) : 'does not run'
  return overridden ? runs : `${runs}, as it was written`
}

export interface Term {
  readonly field: string
  readonly comp: string
  /** Several for operators that take a list. */
  readonly value: string | readonly string[]
}

/**
 * `proc.name = curl`, `fd.name startswith /tmp/`, `proc.pname in (make, ninja)`: one test of an exception. Operators are not known here: the server refuses
 * what is none. Throws UsageError.
 */
export function termOf(given: string): Term {
  const [, field, comp, value] = /^([\w.]+(?:\[[^\]]*\])?)\s*([=!<>]+|\s[a-z]+\s)\s*(\S.*)$/s.exec(given.trim()) ?? []
  if (field === undefined || comp === undefined || value === undefined)
    throw new UsageError(`${given} must be a field, an operator and a value, such as "proc.name = curl"`)
  const list = /^\((.*)\)$/s.exec(value)?.[1]
  return { field, comp: comp.trim(), value: list === undefined ? unquoted(value) : list.split(',').map((one) => unquoted(one.trim())) }
}

const unquoted = (value: string): string =>
  /^"(.*)"$|^'(.*)'$/s
    .exec(value)
    ?.slice(1)
    .find((text) => text !== undefined) ?? value
