/** `rules eval`: events from a file against rules, line by line. */
import { createCorrelator } from '../correlate/correlator.ts'
import { createEngine, type Engine } from '../detect/engine.ts'
import { flatEvent } from '../detect/flat-event.ts'
import { checkFlatEvent, flatVocabulary } from '../detect/flat-vocabulary.ts'
import type { Event } from '../events/event.ts'
import { VOCABULARY } from '../events/fields.ts'
import { PRIORITY_LABEL } from '../findings/priority.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import type { RuleChoice } from '../lang/rule-choice.ts'
import { escapeText, safeJson } from '../lib/escape.ts'
import { readLines } from '../lib/lines.ts'
import type { CommandContext } from './context.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { loadAndReport } from './loaded-rules.ts'

export interface EvaluateSettings {
  readonly rules: RuleChoice
  /** A path, or `-`. */
  readonly events: string
  /** Print the outputs, too. */
  readonly output: boolean
  readonly json: boolean
}

interface Match {
  readonly rule: string
  readonly priority: string
  readonly output: string
}

const MAX_LINE_BYTES = 4 * 1024 * 1024

/** Throws AppError FILE_*. */
export async function evaluateFile({ rules, events, output, json }: EvaluateSettings, context: CommandContext): Promise<ExitCode> {
  const { ruleSet, errors } = loadAndReport(rules, context, json, false)
  if (rules.strict && errors > 0) return EXIT.inputErrors
  const matchesOf = createMatcher(createEngine(ruleSet, flatVocabulary(VOCABULARY), { matching: rules.matching }))
  const render = json ? renderJson : renderText(output)
  const warn = createWarner(events, context)
  let broken = 0
  for await (const { number, text } of readLines(events, MAX_LINE_BYTES)) {
    if (text?.trim() === '') continue
    const values = parseEvent(text)
    if (typeof values === 'string') {
      broken++
      context.stderr(`${escapeText(`${events}:${number}: ${values}`)}\n`)
      if (json) context.stdout.write(`${safeJson({ line: number, error: values })}\n`)
      continue
    }
    warn(number, values)
    context.stdout.write(render(number, matchesOf(values, number)))
    await context.stdout.room()
  }
  return broken + errors === 0 ? EXIT.ok : EXIT.inputErrors
}

/** The fields, or why the line is no event. */
function parseEvent(text: string | undefined): Readonly<Record<string, unknown>> | string {
  if (text === undefined) return `longer than ${MAX_LINE_BYTES} bytes`
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
    return 'not a JSON object'
  } catch (error) {
    return `not JSON: ${(error as Error).message}`
  }
}

/** What an event comes to, and what time came to until then. */
function createMatcher(engine: Engine): (values: Readonly<Record<string, unknown>>, number: number) => readonly Match[] {
  let matches: Match[] = []
  const matchOf = ({ rule, format }: CompiledRule, event: Event): Match => ({
    rule: rule.name,
    priority: PRIORITY_LABEL[rule.priority],
    output: format(event).output,
  })
  const correlator = createCorrelator({ make: matchOf, emit: ({ made }) => matches.push(made) })
  return (values, number) => {
    matches = []
    const event = flatEvent(values, number)
    correlator.advance(event.timeNs)
    engine.evaluate(event, (rule) => {
      if (rule.correlation === undefined) matches.push(matchOf(rule, event))
      else correlator.push(rule, event)
    })
    return matches
  }
}

function renderJson(line: number, matches: readonly Match[]): string {
  return `${safeJson({ line, rules: matches.map(({ rule }) => rule), matches })}\n`
}

function renderText(withOutput: boolean) {
  return (line: number, matches: readonly Match[]): string => {
    const names = matches.map(({ rule }) => escapeText(rule)).join(', ')
    const outputs = withOutput ? matches.map(({ output }) => `    ${escapeText(output)}\n`).join('') : ''
    return `${line}: ${names || '-'}\n${outputs}`
  }
}

/** Says each mistake of an event once: a misspelt field would otherwise look like a rule that does not match. */
function createWarner(path: string, { stderr }: CommandContext) {
  const told = new Set<string>()
  return (number: number, values: Readonly<Record<string, unknown>>): void => {
    for (const problem of checkFlatEvent(values, VOCABULARY)) {
      if (told.size >= MAX_WARNINGS || told.has(problem)) continue
      told.add(problem)
      stderr(`${escapeText(`${path}:${number}: warning: ${problem}`)}\n`)
    }
  }
}

const MAX_WARNINGS = 50
