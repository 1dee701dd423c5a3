import type { FieldValue } from '../../events/field.ts'
import type { Shape, Transformer } from '../transformer.ts'

/** What an option string asks for, as getopt(3) has it: `nt:` knows -n, and -t with a value. */
interface Options {
  readonly known: ReadonlySet<string>
  readonly withValue: ReadonlySet<string>
}

function readOptions(text: string): Options {
  const letters = [...text.replace(/^:/, '').matchAll(/([^:])(:?)/gu)]
  return {
    known: new Set(letters.map(([, letter]) => letter ?? '')),
    withValue: new Set(letters.filter(([, , colon]) => colon !== '').map(([, letter]) => letter ?? '')),
  }
}

interface Option {
  readonly letter: string
  /** Undefined for an option without a value; empty where the value is missing. */
  readonly value: string | undefined
  readonly missing?: true
}

/** The options at the beginning of the words. Stops at `--` and at the first word that is no option; words such as `--long` are skipped. */
function* parseOptions(words: readonly string[], options: Options): Generator<Option> {
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    if (word === '--' || word === '-' || !word.startsWith('-')) return
    if (word.startsWith('--')) continue
    const letters = [...word.slice(1)]
    for (const [position, letter] of letters.entries()) {
      if (letter === ':' || !options.known.has(letter)) yield { letter: '?', value: undefined }
      else if (!options.withValue.has(letter)) yield { letter, value: undefined }
      else {
        const rest = letters.slice(position + 1).join('')
        const value = rest === '' ? words[++index] : rest
        yield value === undefined ? { letter, value: '', missing: true } : { letter, value }
        break
      }
    }
  }
}

/** What `[letter]` selects: the value of the last such option, or its letter where it takes none. */
function select(found: Iterable<Option>, letter: string): string | undefined {
  let last: Option | undefined
  for (const option of found) if (option.letter === letter) last = option
  return last && (last.value ?? last.letter)
}

function everything(found: Iterable<Option>): string[] {
  return [...found].flatMap(({ letter, value, missing }) => (missing ? [''] : value === undefined ? [letter] : [letter, value]))
}

const wordsOf = (value: FieldValue | undefined): readonly string[] => (Array.isArray(value) ? value.map(String) : [])

export const getopt = {
  name: 'getopt',
  doc: 'The options of a command line, read as getopt(3) does: letters and values in a row, ? for unknown ones; [t] gives the value of -t, or the letter where it takes none.',
  usage: 'getopt(proc.args, "lp:e:")[e] = /bin/sh',
  takesArgument: true,
  single: false,
  wordsAt: 0,
  shape: ([words, options, ...more]: readonly Shape[], argument) => {
    if (words === undefined || options === undefined || more.length > 0) return { expected: 'a list of words and an option string' }
    if (words.many !== 'list' || words.type !== 'string') return { input: 0 }
    if (options.many !== 'one' || options.type !== 'string') return { input: 1 }
    if (argument !== undefined && [...argument].length !== 1) return { expected: 'one letter in the brackets' }
    return { type: 'string', many: argument === undefined ? 'list' : 'one' }
  },
  examples: [
    { inputs: [['-n', '-t', '5', 'file'], 'nt:'], result: ['n', 't', '5'] },
    { inputs: [['-nt5'], 'nt:'], result: ['n', 't', '5'] },
    { inputs: [['-x', '--long', '-n'], 'n'], result: ['?', 'n'] },
    { inputs: [['-n', '--', '-t', '5'], 'nt:'], result: ['n'] },
    { inputs: [['file', '-n'], 'n'], result: [] },
    { inputs: [['-t'], 't:'], result: [''] },
    { inputs: [['-t', '1', '-t', '2'], 't:'], argument: 't', result: '2' },
    { inputs: [['-n'], 'nt:'], argument: 'n', result: 'n' },
    { inputs: [['-n'], 'nt:'], argument: 't', result: undefined },
  ],
  compile: (argument) => (words, options) => {
    const found = parseOptions(wordsOf(words), readOptions(String(options)))
    return argument === undefined ? everything(found) : select(found, argument)
  },
} satisfies Transformer
