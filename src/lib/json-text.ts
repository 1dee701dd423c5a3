/** JSON written piece by piece, for texts that are built a hundred thousand times: an object would cost more than what it says. */

/** A text in quotes. Nearly all need no escapes, and to see that costs less than JSON.stringify. Lone surrogates become `\udc80`. */
export function quoted(text: string): string {
  return NEEDS_ESCAPES.test(text) ? JSON.stringify(text) : `"${text}"`
}

const NEEDS_ESCAPES = /[^ !#-[\]-~]/
