/** What a password must be. Length is what counts; what everybody would try first is refused by rule, however long it was made. */
import { AppError } from '../../lib/app-error.ts'

const SHORTEST = 12
export const LONGEST_PASSWORD = 256
const FEWEST_DIFFERENT = 5

/** What is left of a password that everybody tries, when the decoration is taken away. */
const TRIED_FIRST = ['password', 'passphrase', 'passwort', 'tarsier', 'admin', 'administrator', 'root', 'secret', 'welcome', 'letmein']
const TRIED_WORDS = [...TRIED_FIRST, 'changeme', 'default', 'login', 'master', 'security', 'server', 'test', 'user', 'qwerty', 'iloveyou']
const ROWS = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertzuiop', 'azertyuiop', '1234567890']
const LOOKALIKES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}

/** Throws AppError PASSWORD_WEAK. */
export function refuseWeakPassword(password: string, name: string): void {
  const problem = weaknessOf(password, name)
  if (problem !== undefined) throw new AppError('PASSWORD_WEAK', { problem })
}

function weaknessOf(password: string, name: string): string | undefined {
  const length = [...password].length
  if (length < SHORTEST) return `it has ${length} characters, ${SHORTEST} are the least`
  if (password.length > LONGEST_PASSWORD) return `it has ${password.length} characters, ${LONGEST_PASSWORD} are the most`
  const plain = password.toLowerCase()
  if (new Set(plain).size < FEWEST_DIFFERENT) return 'it repeats too few characters'
  if (isName(plain, name.toLowerCase())) return 'it is made of the name'
  if (isRow(plain)) return 'it follows a row of keys'
  return isTriedFirst(plain) ? 'it is made of words that are tried first' : undefined
}

/** The name, once or again and again, with digits and signs around it. */
function isName(plain: string, name: string): boolean {
  return name !== '' && plain.includes(name) && bare(plain.replaceAll(name, '')) === ''
}

/** All of it along rows of the keyboard or the alphabet, forwards or backwards, four or more at a time. */
function isRow(plain: string): boolean {
  const rows = ROWS.flatMap((row) => [row, [...row].reverse().join('')])
  let at = 0
  while (at < plain.length) {
    const step = longestStep(plain, at, rows)
    if (step < 4 && at + step < plain.length) return false
    at += step
  }
  return true
}

function longestStep(plain: string, at: number, rows: readonly string[]): number {
  let step = 1
  while (at + step < plain.length && rows.some((row) => row.includes(plain.slice(at, at + step + 1)))) step++
  return step
}

/** Words of the list, also in lookalikes, and nothing else but digits and signs. */
function isTriedFirst(plain: string): boolean {
  return [plain, read(plain)].some((reading) => {
    const rest = withoutWords(plain, reading)
    return rest !== plain && bare(rest) === ''
  })
}

/** `p@ssw0rd` as `password`; as long as it was. */
const read = (plain: string): string => plain.replace(/[\d@$!]/g, (character) => LOOKALIKES[character] ?? character)

/** What of `plain` stands where `reading` has none of the words: digits behind a word stay digits. */
function withoutWords(plain: string, reading: string): string {
  let [rest, left] = [plain, reading]
  for (const word of TRIED_WORDS) {
    for (let at = left.indexOf(word); at !== -1; at = left.indexOf(word)) {
      rest = rest.slice(0, at) + rest.slice(at + word.length)
      left = left.slice(0, at) + left.slice(at + word.length)
    }
  }
  return rest
}

/** Without digits and signs. */
const bare = (plain: string): string => plain.replace(/[^\p{L}]/gu, '')
