/**
 * Texts as columns that are searched exactly hold them. Bytes that were no UTF-8 stand in our texts as lone surrogates, which no UTF-8 can say. Each of them
 * becomes one character of the very last private ones, so that equal stays equal and part stays part; the order of such texts changes.
 * A text that had one of those characters itself can no longer be told from it: nobody assigns them a meaning.
 */
const FIRST_STAND_IN = 0x10f800
const FIRST_SURROGATE = 0xd800

const STAND_IN = /[\u{10F800}-\u{10FFFF}]/gu
const LONE_SURROGATE = /\p{Surrogate}/gu

export function storedText(text: string): string {
  if (text.isWellFormed()) return text
  return text.replace(LONE_SURROGATE, (one) => String.fromCodePoint(FIRST_STAND_IN + (one.charCodeAt(0) - FIRST_SURROGATE)))
}

/** The way back. */
export function textOf(stored: string): string {
  if (!STAND_IN_MARK.test(stored)) return stored
  return stored.replace(STAND_IN, (one) => String.fromCharCode(FIRST_SURROGATE + ((one.codePointAt(0) ?? 0) - FIRST_STAND_IN)))
}

/** High halves that stand-ins begin with: a quick look without state. */
const STAND_IN_MARK = /[\uDBFE\uDBFF]/
