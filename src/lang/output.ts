/**
 * The output of a rule: text with `%field`, `%field[argument]`, `%transformer(field)`, and a width as in `%20proc.name`
 * (cut or padded to it). A value that is missing is `<NA>`. As in Falco, the longest name that is a field counts: in
 * `%proc.name.` the full stop is text.
 */
import type { Event } from '../events/event.ts'
import type { FieldValue, Vocabulary } from '../events/field.ts'
import type { FieldNode } from './ast.ts'
import type { BoundField, BoundOperand, BoundTransform } from './bound.ts'
import { type Cell, load } from './cell.ts'
import { bindOperand } from './check-operand.ts'
import { createCells } from './compile-check.ts'
import { MAX_DEPTH } from './limits.ts'
import { LanguageError } from './messages.ts'
import { parseLeadingOperand } from './parse.ts'
import type { Source } from './source.ts'

export const MISSING = '<NA>'

interface Placeholder {
  readonly operand: BoundField | BoundTransform
  /** 0: as long as it is. */
  readonly width: number
}

export interface OutputTemplate {
  readonly parts: readonly (string | Placeholder)[]
}

/** What a match says: the text, and the values of the fields in it by their text (missing is null). */
export interface Formatted {
  readonly output: string
  readonly fields: Readonly<Record<string, string | number | boolean | null>>
}

/** The widest field that is padded; beyond, the width is cut to it. */
const MAX_WIDTH = 1000

/** Once stood for the fields of the container; Falco leaves it out, and so do we. */
export const CONTAINER_INFO = '%container.info'

/** Reads an output against a vocabulary. Throws LanguageError. */
export function parseOutput(source: Source, vocabulary: Vocabulary): OutputTemplate {
  const parts: (string | Placeholder)[] = []
  const { text } = source
  if (text.trim() === '') throw new LanguageError('RULE_EMPTY_OUTPUT', {}, { source, start: 0, end: text.length })
  let at = text.startsWith('*') ? 1 : 0
  while (at < text.length) {
    const percent = text.indexOf('%', at)
    if (percent !== at) parts.push(text.slice(at, percent === -1 ? text.length : percent))
    if (percent === -1) break
    if (text[percent + 1] === '%') {
      parts.push('%')
      at = percent + 2
      continue
    }
    if (text.startsWith(CONTAINER_INFO, percent)) {
      at = percent + CONTAINER_INFO.length
      continue
    }
    const { placeholder, end } = parsePlaceholder(source, percent, vocabulary)
    parts.push(placeholder)
    at = end
  }
  return { parts }
}

interface Parsed {
  readonly placeholder: Placeholder
  readonly end: number
}

function parsePlaceholder(source: Source, percent: number, vocabulary: Vocabulary): Parsed {
  const digits = /^\d*/.exec(source.text.slice(percent + 1, percent + 10))?.[0] ?? ''
  const start = percent + 1 + digits.length
  const width = Math.min(MAX_WIDTH, Number(digits || 0))
  const whole = attempt(() => bindAt(source, start, vocabulary))
  if (!(whole instanceof LanguageError)) return { placeholder: { operand: whole.operand, width }, end: whole.end }
  const field = longestField(source, start, vocabulary)
  if (field === undefined) throw whole
  return { placeholder: { operand: field.operand, width }, end: field.end }
}

interface BoundAt {
  readonly operand: BoundField | BoundTransform
  readonly end: number
}

function attempt(make: () => BoundAt): BoundAt | LanguageError {
  try {
    return make()
  } catch (error) {
    if (error instanceof LanguageError) return error
    throw error
  }
}

function bindAt(source: Source, start: number, vocabulary: Vocabulary): BoundAt {
  const parsed = parseLeadingOperand(source, start)
  if (parsed === undefined) throw new LanguageError('RULE_OUTPUT_PERCENT', {}, { source, start: start - 1, end: start })
  return { operand: bindOperand(parsed.operand, vocabulary), end: parsed.end }
}

/** The longest beginning of the text that names a field which needs no argument. */
function longestField(source: Source, start: number, vocabulary: Vocabulary): BoundAt | undefined {
  const name = /^[a-zA-Z][\w.]*/.exec(source.text.slice(start, start + MAX_DEPTH))?.[0] ?? ''
  for (let length = name.length; length > 2; length--) {
    const end = start + length
    const node: FieldNode = { kind: 'field', name: name.slice(0, length), argument: undefined, at: { source, start, end } }
    const definition = vocabulary.field(node.name)
    if (definition !== undefined && definition.argument?.required !== true) return { operand: bindOperand(node, vocabulary), end }
  }
  return undefined
}

/** The fields that an output shows, those inside transformers too, in their order. */
export function fieldsOf(template: OutputTemplate): BoundField[] {
  return template.parts.flatMap((part) => (typeof part === 'string' ? [] : innerFields(part.operand)))
}

function innerFields(operand: BoundOperand): BoundField[] {
  switch (operand.kind) {
    case 'field':
      return [operand]
    case 'transform':
      return operand.inputs.flatMap(innerFields)
    case 'list':
      return operand.items.flatMap(innerFields)
    default:
      return []
  }
}

/** Binds the output's readers once per rule; the result fills it in for an event. */
export function compileOutput(template: OutputTemplate): (event: Event) => Formatted {
  const clock = { event: 0 }
  const cellOf = createCells(clock)
  const parts = template.parts.map((part) => (typeof part === 'string' ? part : { ...part, cell: cellOf(part.operand) }))
  const keyed = new Map<string, { operand: BoundOperand; cell: Cell }>()
  for (const operand of fieldsOf(template)) keyed.set(operand.key, { operand, cell: cellOf(operand) })
  for (const part of parts) if (typeof part !== 'string') keyed.set(part.operand.key, part)
  return (event) => {
    clock.event++
    const texts = parts.map((part) => (typeof part === 'string' ? part : toWidth(show(part.operand, load(part.cell, event)), part.width)))
    const fields = Object.fromEntries([...keyed].map(([key, { operand, cell }]) => [key, plain(operand, load(cell, event))]))
    return { output: texts.join(''), fields }
  }
}

/** A value as an output shows it: lists as `(a,b)`, several values that stand for one field with blanks between. */
export function show(operand: BoundOperand, value: FieldValue | undefined): string {
  if (value === undefined) return MISSING
  if (Buffer.isBuffer(value)) return value.toString('utf8')
  if (!Array.isArray(value)) return String(value)
  if (operand.shape.many === 'list') return `(${value.join(',')})`
  return value.length === 0 ? MISSING : value.join(' ')
}

function plain(operand: BoundOperand, value: FieldValue | undefined): string | number | boolean | null {
  if (value === undefined) return null
  return typeof value === 'object' ? show(operand, value) : value
}

const toWidth = (text: string, width: number): string => (width === 0 ? text : text.slice(0, width).padEnd(width))
