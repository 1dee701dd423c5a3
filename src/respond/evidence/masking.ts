/** Takes secrets out of environments and command lines before anything is written. */
import { HARMLESS_NAMES, SECRET_NAMES, SECRET_SHAPES } from './secret-rules.ts'

export interface Masked {
  readonly text: string
  /** Names of the rules that hit, each as often as it did. */
  readonly rules: readonly string[]
}

const maskOf = (rule: string): string => `[masked ${rule}]`

/** A variable's or an option's value, by its name first, then by what is in it. */
export function maskNamed(name: string, value: string): Masked {
  if (value === '') return { text: value, rules: [] }
  const bare = name.replace(/^\W+/, '')
  const hit = HARMLESS_NAMES.has(bare) ? undefined : SECRET_NAMES.find((one) => one.name.test(bare))
  return hit === undefined ? maskValue(value) : { text: maskOf(hit.rule), rules: [hit.rule] }
}

/** A single word is not looked into again, however many `=` it has. */
const maskValue = (value: string): Masked => (/\s/.test(value) ? maskText(value) : maskShapes(value))

/** A text that may be a command line of its own, as that of `sh -c`: word by word, and then shapes that are of several words. */
function maskText(text: string): Masked {
  const pieces = text.split(/(\s+)/)
  // Behind an empty program: the first word may be `NAME=x`, too.
  const [, ...words] = maskArguments(['', ...pieces.filter((_, index) => index % 2 === 0)])
  const joined = pieces.map((piece, index) => (index % 2 === 0 ? words[index / 2]?.text : piece)).join('')
  const whole = maskShapes(joined)
  return { text: whole.text, rules: [...words.flatMap(({ rules }) => rules), ...whole.rules] }
}

export function maskShapes(value: string): Masked {
  const rules: string[] = []
  let text = value
  for (const { rule, shape } of SECRET_SHAPES) {
    text = text.replace(shape, () => {
      rules.push(rule)
      return maskOf(rule)
    })
  }
  return { text, rules }
}

/** `--password x`, `--password=x`, `NAME=x`, behind a quote, too, and shapes anywhere. The first argument, the program, goes by its shape alone. */
export function maskArguments(args: readonly string[]): readonly Masked[] {
  return args.map((argument, index) => {
    const before = args[index - 1] ?? ''
    if (index > 1 && /^--?[a-z]/i.test(before) && !before.includes('=') && !argument.startsWith('-')) return maskNamed(before, argument)
    const parts = index > 0 ? /^([^\w\s=-]*(?:--?[\w.-]+|\w+))=(.*)$/s.exec(argument) : null
    if (parts === null) return index > 0 ? maskValue(argument) : maskShapes(argument)
    const [, name = '', value = ''] = parts
    const masked = maskNamed(name, value)
    return { text: `${name}=${masked.text}`, rules: masked.rules }
  })
}

/** Of plain JSON every text, as if it were a command line: outputs of findings and fields of events hold some, also in the middle of other words. */
export function maskJson(value: unknown, hit: (rule: string) => void): unknown {
  if (typeof value === 'string') {
    const { text, rules } = maskText(value)
    for (const rule of rules) hit(rule)
    return text
  }
  if (Array.isArray(value)) return value.map((one) => maskJson(one, hit))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, maskJson(one, hit)]))
}
