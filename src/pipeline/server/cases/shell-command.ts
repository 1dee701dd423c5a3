/** Command lines for a person to copy. What stands in them may come from an attacker: it is quoted, or there is no command. */

/** Each word as one word for any POSIX shell. Undefined where a word holds what a terminal might act on, or is too long to be looked at. */
export function shellCommand(...words: readonly string[]): string | undefined {
  if (words.some((word) => word.length > MAX_WORD || UNSAFE.test(word))) return undefined
  return words.map(shellWord).join(' ')
}

const MAX_WORD = 1000
/** Controls, and characters that turn the direction of the text or cannot be seen. */
const UNSAFE = /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]|\p{Surrogate}/u

const shellWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)
