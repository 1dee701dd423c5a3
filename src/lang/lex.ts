/**
 * The scanner of conditions. Falco's grammar has no tokens of its own: what `proc.name` or `-1` is depends on what may
 * stand there. So the parser asks for one thing at a time, and each function takes it or leaves the scanner as it was.
 */
import { encodeText, textOfBytes } from './bytes.ts'
import { type Facts, LanguageError, type MessageCode } from './messages.ts'
import type { Source } from './source.ts'

export interface Scanner {
  readonly source: Source
  readonly text: string
  at: number
  /**
   * How a quoted string ends. Falco ends it at a quote without a backslash right before it, so that `"a\\"` goes on;
   * `plain` takes an escaped backslash for what it is. The parser tries Falco's way first.
   */
  readonly escapes: 'falco' | 'plain'
}

export function scannerOf(source: Source, escapes: Scanner['escapes'] = 'falco'): Scanner {
  return { source, text: source.text, at: 0, escapes }
}

/** The error `code` at [start, end) of the text. */
export function failAt(scanner: Scanner, code: MessageCode, facts: Facts, start = scanner.at, end = start): LanguageError {
  return new LanguageError(code, facts, { source: scanner.source, start, end })
}

/** Takes blanks; true when there were any. */
export function takeBlank(scanner: Scanner): boolean {
  const start = scanner.at
  while (isBlank(scanner.text.charCodeAt(scanner.at))) scanner.at++
  return scanner.at > start
}

/** Space, tab, backspace (so Falco), newline, carriage return. */
const isBlank = (code: number): boolean => code === 32 || code === 10 || code === 9 || code === 13 || code === 8

/** Takes `word` where the text goes on with it, whatever follows. */
export function takeText(scanner: Scanner, word: string): boolean {
  if (!scanner.text.startsWith(word, scanner.at)) return false
  scanner.at += word.length
  return true
}

export const TOKENS = {
  fieldName: /[a-zA-Z]+[a-zA-Z0-9_]*(?:\.[a-zA-Z]+[a-zA-Z0-9_]*)+/y,
  identifier: /[a-zA-Z]+[a-zA-Z0-9_]*/y,
  argument: /[^\][ \t\n\v\f\r"']+/y,
  number: /0[xX][0-9a-fA-F]+|[+-]?[0-9]+\.?[0-9]*(?:[eE][+-][0-9]+)?/y,
  bareText: /[^()"' \t\n\v\f\r=,]+/y,
  notPrefix: /not[ \t\n\v\f\r]+/y,
  /** A run of letters, for what is no operator. */
  word: /[^\s()"']+/y,
} as const

/** Takes what the (sticky) pattern matches here. */
export function takeToken(scanner: Scanner, pattern: RegExp): string | undefined {
  pattern.lastIndex = scanner.at
  const found = pattern.exec(scanner.text)?.[0]
  if (found !== undefined) scanner.at += found.length
  return found
}

/** Takes a quoted string and gives what it stands for. Undefined where none begins or it does not end. Throws on a bad escape. */
export function takeQuoted(scanner: Scanner): string | undefined {
  const quote = scanner.text[scanner.at]
  if (quote !== '"' && quote !== "'") return undefined
  const start = scanner.at
  const end = endOfQuoted(scanner, quote)
  if (end === undefined) return undefined
  scanner.at = end + 1
  return unescapeText(scanner, start + 1, end, quote)
}

function endOfQuoted({ text, at, escapes }: Scanner, quote: string): number | undefined {
  for (let index = at + 1; index < text.length; index++) {
    if (escapes === 'plain' && text[index] === '\\') index++
    else if (text[index] === quote && (escapes === 'plain' || text[index - 1] !== '\\')) return index
  }
  return undefined
}

/** `\ ` for a backslash is an old slip of the official rules that Falco still reads. */
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', ' ': '\\', '\\': '\\', '/': '/' }

function unescapeText(scanner: Scanner, start: number, end: number, quote: string): string {
  const raw = scanner.text.slice(start, end)
  if (!raw.includes('\\')) return raw
  const parts: (string | number)[] = []
  for (let index = 0; index < raw.length; index++) {
    const char = raw[index] ?? ''
    if (char !== '\\') {
      parts.push(char)
      continue
    }
    index++
    const escaped = raw[index]
    const byte = escaped === 'x' ? /^[0-9a-fA-F]{2}/.exec(raw.slice(index + 1, index + 3))?.[0] : undefined
    const plain = escaped === quote ? quote : ESCAPES[escaped ?? '']
    if (byte === undefined && plain === undefined)
      throw failAt(scanner, 'RULE_BAD_ESCAPE', { escape: `\\${escaped ?? ''}` }, start + index - 1, start + index + 1)
    parts.push(plain ?? Number.parseInt(byte ?? '', 16))
    if (byte !== undefined) index += 2
  }
  return textOfParts(parts)
}

/** Joins characters and single bytes (numbers). Bytes that together are UTF-8 become its characters. */
function textOfParts(parts: readonly (string | number)[]): string {
  if (!parts.some((part) => typeof part === 'number')) return parts.join('')
  const bytes: Buffer[] = []
  let run = ''
  for (const part of parts) {
    if (typeof part === 'string') {
      run += part
      continue
    }
    bytes.push(encodeText(run), Buffer.of(part))
    run = ''
  }
  return textOfBytes(Buffer.concat([...bytes, encodeText(run)]))
}
