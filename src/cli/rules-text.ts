/** Rules for people and for programs. */
import { PRIORITY_LABEL } from '../findings/priority.ts'
import type { LinkedRule } from '../lang/load-rules.ts'
import { escapeText, safeJson } from '../lib/escape.ts'
import { createStyle, type Style } from '../lib/style.ts'

export interface RulesTextOptions {
  readonly json: boolean
  readonly verbose: boolean
  readonly colour: boolean
}

/** Ends in a newline. */
export function renderRules(rules: readonly LinkedRule[], { json, verbose, colour }: RulesTextOptions): string {
  if (json) return `${safeJson(rules.map(ruleObject))}\n`
  const style = createStyle(colour)
  const lines = rules.flatMap((rule) => ruleLines(rule, verbose, style))
  const on = rules.filter((rule) => rule.enabled).length
  return `${[...lines, '', `${rules.length} rules, ${on} of them on`].join('\n')}\n`
}

function ruleLines(rule: LinkedRule, verbose: boolean, style: Style): string[] {
  const state = style.dim(rule.enabled ? (rule.shadow ? ' (shadow)' : '') : ' (off)')
  const tags = rule.tags.length === 0 ? '' : style.dim(`  [${rule.tags.join(', ')}]`)
  const lines = [`${PRIORITY_LABEL[rule.priority].padEnd(13)} ${style.bold(escapeText(rule.name))}${state}${escapeTags(tags)}`]
  lines.push(...wrap(oneLine(rule.why ?? rule.desc)))
  if (!verbose) return lines
  const { file, line } = rule.position
  return [
    ...lines,
    ...wrap(oneLine(rule.condition)).map(style.cyan),
    ...rule.exceptions.flatMap((one) => wrap(oneLine(exceptionText(one)))),
    `${INDENT}${style.dim(escapeText(`${file}:${line}`))}`,
  ]
}

function exceptionText({ name, owner, reason, expires, expired }: LinkedRule['exceptions'][number]): string {
  const day = expires === undefined ? undefined : `${expired ? 'expired' : 'until'} ${expires}`
  return [`except ${name}`, reason, owner === undefined ? undefined : `owner ${owner}`, day].filter((part) => part !== undefined).join('; ')
}

/** Tags come from files of other people; their colour codes are ours. */
function escapeTags(tags: string): string {
  return tags.replace(/[^\x1b\x20-\x7e]/g, '?')
}

function oneLine(text: string): string {
  return escapeText(text.replace(/\s+/g, ' ').trim())
}

const INDENT = ' '.repeat(14)
const WIDTH = 120

function wrap(text: string): string[] {
  const lines: string[] = []
  let line = INDENT
  for (const word of text.split(' ')) {
    if (line.length + word.length > WIDTH && line.trim() !== '') {
      lines.push(line.trimEnd())
      line = INDENT
    }
    line += `${word} `
  }
  return [...lines, line.trimEnd()].filter((one) => one !== '')
}

function ruleObject(rule: LinkedRule): Readonly<Record<string, unknown>> {
  const {
    name,
    desc,
    why,
    priority,
    tags,
    techniques,
    confidence,
    source,
    enabled,
    shadow,
    condition,
    output,
    tests,
    attack,
    benign,
    position,
  } = rule
  const rest = {
    source,
    enabled,
    shadow,
    tags,
    techniques,
    confidence,
    desc,
    why: why ?? null,
    condition,
    exceptions: rule.exceptions,
    output,
    tests: tests.length,
    attack: attack.length,
    benign: benign.length,
    ...position,
  }
  return { rule: name, priority: PRIORITY_LABEL[priority], ...rest }
}
