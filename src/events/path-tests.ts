/** The tests of a path, run on one path. */
import { encodeText } from './encode.ts'
import { type PathTests, PREFIX_BYTES } from './interest.ts'

const begin = (prefix: string): string =>
  prefix.length * 4 <= PREFIX_BYTES ? prefix : decoded(encodeText(prefix).subarray(0, PREFIX_BYTES))

/** Without a character that the cut has split. */
const decoded = (bytes: Buffer): string => bytes.toString('utf8').replace(/\ufffd+$/, '')

/** Whether an absolute path satisfies one of the tests. */
export function satisfiesPath({ exact, prefixes, suffixes, names, parents }: PathTests, path: string): boolean {
  const components = path.split('/')
  return (
    exact.includes(path) ||
    prefixes.some((prefix) => path.startsWith(begin(prefix))) ||
    suffixes.some((suffix) => path.endsWith(suffix)) ||
    names.includes(components.at(-1) ?? '') ||
    parents.includes(components.at(-2) ?? '')
  )
}
