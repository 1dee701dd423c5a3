/** A problem as it is shown: where, what, and what to do; with the line and a caret below the place. */
import type { Place } from './ast.ts'
import { type Facts, fill, type LanguageError, MESSAGES, type MessageCode, type Severity } from './messages.ts'
import { type Location, locate, locateOrigin, type Origin, type SourceFile } from './source.ts'

export interface Diagnostic {
  readonly code: MessageCode
  readonly severity: Severity
  readonly message: string
  readonly fix: string
  readonly file: string
  /** 1-based; 0 where the problem is the file as a whole. */
  readonly line: number
  /** 1-based, in UTF-16 units; 0 where the problem is the file as a whole. */
  readonly column: number
  /** Behind the last character of the place, on the same line. */
  readonly endColumn: number
  /** The line and the caret line below it, without line numbers; empty where there is no place. */
  readonly excerpt: string
}

/** Where a problem is: a place in a condition, a value of a file, or a whole file. */
export type Where = Place | Origin | SourceFile

export function diagnostic(code: MessageCode, facts: Facts, where: Where): Diagnostic {
  const { severity, message, fix } = MESSAGES[code]
  const place = resolve(where)
  return Object.freeze({
    code,
    severity,
    message: visible(fill(message, facts)),
    fix: visible(fill(fix, facts)),
    file: place.file.path,
    line: place.line,
    column: place.column,
    endColumn: place.column + place.length,
    excerpt: place.line === 0 ? '' : excerptAt(place),
  })
}

export function diagnosticOf(error: LanguageError): Diagnostic {
  return diagnostic(error.code, error.facts, error.at)
}

interface Range extends Location {
  readonly length: number
}

function resolve(where: Where): Range {
  if ('source' in where) {
    const from = locate(where.source, where.start)
    const to = locate(where.source, Math.max(where.start, where.end - 1))
    const oneLine = to.file === from.file && to.line === from.line
    return { ...from, length: oneLine ? Math.max(1, to.column - from.column + 1) : 1 }
  }
  if ('file' in where) return { ...locateOrigin(where), length: where.value.includes('\n') ? 1 : Math.max(1, where.end - where.start) }
  return { file: where, line: 0, column: 0, length: 0 }
}

/** The most that is shown of a line, around the place. */
const WIDTH = 160

function excerptAt({ file, line, column, length }: Range): string {
  const text = lineOf(file.text, line)
  const start = Math.max(0, Math.min(column - 1 - WIDTH / 2, text.length - WIDTH))
  const shown = text.slice(start, start + WIDTH)
  const caretAt = column - 1 - start
  const caret = `^${'~'.repeat(Math.max(0, Math.min(length, shown.length - caretAt) - 1))}`
  return `${visible(shown)}\n${' '.repeat(Math.max(0, caretAt))}${caret}`
}

function lineOf(text: string, line: number): string {
  let start = 0
  for (let count = 1; count < line; count++) start = text.indexOf('\n', start) + 1
  const end = text.indexOf('\n', start)
  return text.slice(start, end === -1 ? text.length : end)
}

/** Control characters (a rule file may come from anywhere) are shown as a dot, tabs as a blank. Keeps the length. */
function visible(text: string): string {
  return text
    .replaceAll('\t', ' ')
    .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g, '·')
    .toWellFormed()
}

const COLORS = { error: '\x1b[31m', warning: '\x1b[33m', dim: '\x1b[2m', bold: '\x1b[1m', reset: '\x1b[0m' } as const

/**
 * For a person: severity, sentence and code; the place; the line with its caret; what to do.
 * Several lines, without a newline at the end.
 */
export function renderDiagnostic(problem: Diagnostic, { color = false }: { readonly color?: boolean } = {}): string {
  const paint = (style: keyof typeof COLORS, text: string): string => (color ? `${COLORS[style]}${text}${COLORS.reset}` : text)
  const place = problem.line === 0 ? visible(problem.file) : `${visible(problem.file)}:${problem.line}:${problem.column}`
  const lines = [`${paint(problem.severity, problem.severity)}: ${paint('bold', problem.message)} ${paint('dim', `[${problem.code}]`)}`]
  const gutter = ' '.repeat(String(problem.line).length)
  lines.push(`${gutter}${paint('dim', '-->')} ${place}`)
  const [text, caret] = problem.excerpt.split('\n')
  if (text !== undefined && caret !== undefined) {
    lines.push(`${paint('dim', `${problem.line} |`)} ${text}`, `${gutter} ${paint('dim', '|')} ${paint(problem.severity, caret)}`)
  }
  lines.push(`${gutter} ${paint('dim', '=')} ${problem.fix}`)
  return lines.join('\n')
}
