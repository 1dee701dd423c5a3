/** A condition cut into pieces that look the same: for the colours under the field it is written in. */
import type { ApiDiagnostic } from '../../../api/services.ts'
import { type TokenKind, tokenize } from '../../language/tokens.ts'

export interface Segment {
  readonly start: number
  readonly text: string
  /** Undefined: blanks. */
  readonly kind: TokenKind | undefined
  /** Underlined. */
  readonly severity: ApiDiagnostic['severity'] | undefined
}

export interface Span {
  readonly start: number
  readonly end: number
}

/** Every character is in one segment. `cut`: a segment begins there as well (the place of what is offered). */
export function segmentsOf(text: string, diagnostics: readonly ApiDiagnostic[], cut = 0): readonly Segment[] {
  const { tokens } = tokenize(text)
  const wrong = diagnostics.map((diagnostic) => ({ severity: diagnostic.severity, ...spanOf(text, diagnostic) }))
  const places = new Set([0, text.length, Math.min(cut, text.length)])
  for (const { start, end } of [...tokens, ...wrong]) places.add(start).add(end)
  const sorted = [...places].sort((a, b) => a - b)
  let next = 0
  return sorted.slice(0, -1).map((start, index) => {
    while ((tokens[next]?.end ?? Number.POSITIVE_INFINITY) <= start) next++
    const token = tokens[next]
    const marks = wrong.filter((one) => one.start <= start && start < one.end)
    return {
      start,
      text: text.slice(start, sorted[index + 1]),
      kind: token !== undefined && token.start <= start ? token.kind : undefined,
      severity: marks.some(({ severity }) => severity === 'error') ? 'error' : marks[0]?.severity,
    }
  })
}

/** Where it is in the text, at least one character of it where there is one: something missing at the end marks the last. */
export function spanOf(text: string, { line, column, endColumn }: Pick<ApiDiagnostic, 'line' | 'column' | 'endColumn'>): Span {
  let lineStart = 0
  for (let number = 1; number < line; number++) {
    const feed = text.indexOf('\n', lineStart)
    if (feed < 0) break
    lineStart = feed + 1
  }
  const last = Math.max(0, text.length - 1)
  const start = Math.min(last, lineStart + Math.max(0, column - 1))
  const end = Math.max(start + 1, lineStart + Math.max(0, endColumn - 1))
  return { start, end: Math.min(text.length, end) }
}
