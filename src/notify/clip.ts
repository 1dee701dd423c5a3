/** Texts from outside, made harmless to look at and bounded, for services with limits of their own. */
import { escapeText } from '../lib/escape.ts'

/** One printable line of at most `max` UTF-16 units; where something is missing at its end stands `…`. */
export function clipLine(text: string, max: number): string {
  return clip(escapeText(text.length > max * 2 ? text.slice(0, max * 2) : text), max)
}

/** At most `max` UTF-16 units, never half a character. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text
  const kept = text.slice(0, max - 1)
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`
}

/** As clipLine, with each character replaced as `replace` says; what comes out has at most `max` units. */
export function clipReplaced(text: string, max: number, replace: Readonly<Record<string, string>>): string {
  let out = ''
  for (const character of clipLine(text, max)) {
    const next = replace[character] ?? character
    if (out.length + next.length > max - 1) return `${out}…`
    out += next
  }
  return out
}

/** For texts in which a server may read HTML. */
export const HTML_ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
