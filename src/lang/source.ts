/**
 * Text with its origin. A condition may be put together from several places (appended parts, exceptions, lists written
 * out), and still every character of it knows the file and the line where it was written.
 */

/** A file, or anything that stands for one (`--filter`), as it was read. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** One value in a file: where it stands there, from `start` to before `end`, and what it reads as (after YAML's folding and escapes). */
export interface Origin {
  readonly file: SourceFile
  readonly start: number
  readonly end: number
  readonly value: string
}

/** From `from` on (up to the next span), the text comes from `origin`, beginning at `offset` of its value. */
interface Span {
  readonly from: number
  readonly origin: Origin
  readonly offset: number
  /** The whole span stands for that one place: it was substituted or added there. */
  readonly fixed: boolean
}

export interface Source {
  readonly text: string
  readonly spans: readonly Span[]
}

/** 1-based, in UTF-16 units. */
export interface Location {
  readonly file: SourceFile
  readonly line: number
  readonly column: number
}

/** The value of one place as a source. */
export function sourceOf(origin: Origin): Source {
  return { text: origin.value, spans: [{ from: 0, origin, offset: 0, fixed: false }] }
}

/** A text that stands for itself: no file around it. */
export function sourceFromText(path: string, text: string): Source {
  return sourceOf({ file: { path, text }, start: 0, end: text.length, value: text })
}

/** `text`, all of which is attributed to one place. */
export function fixedSource(text: string, origin: Origin, offset = 0): Source {
  return { text, spans: [{ from: 0, origin, offset, fixed: true }] }
}

/** `text` in the place of the character at `at` of another source. */
export function substitute(text: string, source: Source, at: number): Source {
  const { origin, offset } = placeOf(source, at)
  return fixedSource(text, origin, offset)
}

/** Part of a source, from `start` to before `end`. */
export function slice(source: Source, start: number, end: number): Source {
  const spans: Span[] = []
  for (const [index, span] of source.spans.entries()) {
    const until = source.spans[index + 1]?.from ?? source.text.length
    if (until <= start || span.from >= end) continue
    const skipped = Math.max(0, start - span.from)
    spans.push({ ...span, from: span.from + skipped - start, offset: span.fixed ? span.offset : span.offset + skipped })
  }
  const first = source.spans[0]
  if (spans.length === 0 && first !== undefined) spans.push({ ...first, from: 0 })
  return { text: source.text.slice(start, end), spans }
}

export function concatenate(parts: readonly Source[]): Source {
  const spans: Span[] = []
  let length = 0
  for (const part of parts) {
    for (const span of part.spans) spans.push({ ...span, from: span.from + length })
    length += part.text.length
  }
  return { text: parts.map((part) => part.text).join(''), spans }
}

/** Where the character at `offset` was written. */
export function locate(source: Source, offset: number): Location {
  const place = placeOf(source, offset)
  return lineAndColumn(place.origin.file, fileOffset(place.origin, place.offset))
}

/** Where a value begins in its file. */
export function locateOrigin(origin: Origin): Location {
  return lineAndColumn(origin.file, origin.start)
}

function placeOf(source: Source, offset: number): { origin: Origin; offset: number } {
  let low = 0
  let high = source.spans.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((source.spans[middle]?.from ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  const span = source.spans[low]
  if (span === undefined) throw new Error('a source has at least one span')
  return { origin: span.origin, offset: span.fixed ? span.offset : span.offset + offset - span.from }
}

const lineStarts = new WeakMap<SourceFile, readonly number[]>()

function lineAndColumn(file: SourceFile, offset: number): Location {
  let starts = lineStarts.get(file)
  if (starts === undefined) {
    starts = [0, ...[...file.text.matchAll(/\n/g)].map((newline) => newline.index + 1)]
    lineStarts.set(file, starts)
  }
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
}

/**
 * The file offset of character `wanted` of a YAML scalar's value. Walks value and file side by side: YAML's folding and
 * indentation change white space only, its escapes are skipped one by one. Where they part, the scalar's start is given.
 */
function fileOffset(origin: Origin, wanted: number): number {
  const { text } = origin.file
  let at = contentStart(origin)
  const quote = text[origin.start]
  for (let index = 0; ; index++) {
    const char = origin.value[index]
    if (char !== undefined && !isSpace(char)) while (at < origin.end && isSpace(text[at])) at++
    if (index >= wanted) return Math.min(at, Math.max(origin.start, origin.end - 1))
    if (char === undefined || at >= origin.end) return Math.max(origin.start, origin.end - 1)
    at += stepOver(text, at, char, quote)
  }
}

function contentStart(origin: Origin): number {
  const { text } = origin.file
  const first = text[origin.start]
  if (text.slice(origin.start, origin.end) === origin.value) return origin.start
  if (first === '"' || first === "'") return origin.start + 1
  if (first !== '|' && first !== '>') return origin.start
  const newline = text.indexOf('\n', origin.start)
  return newline === -1 ? origin.start : newline + 1
}

/** How many characters of the file the character `char` of the value took. */
function stepOver(text: string, at: number, char: string, quote: string | undefined): number {
  if (quote === "'" && char === "'" && text.startsWith("''", at)) return 2
  if (quote === '"' && text[at] === '\\') return { x: 4, u: 6, U: 10 }[text[at + 1] ?? ''] ?? 2
  return isSpace(char) && !isSpace(text[at]) ? 0 : 1
}

const isSpace = (char: string | undefined): boolean => char === ' ' || char === '\n' || char === '\t' || char === '\r'
