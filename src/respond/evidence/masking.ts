/** Takes secrets out of environments and command lines before anything is written. */
import { HARMLESS_NAMES, SECRET_NAMES, SECRET_SHAPES } from './secret-rules.ts'

export interface Masked {
  readonly text: string
  /** Names of the rules that hit, each as often as it did. */
  readonly rules: readonly string[]
}

const maskOf = (rule: string): string => `[masked ${rule}]`

/** A variable's or an option's value, by its name first, then by its shape. */
export function maskNamed(name: string, value: string): Masked {
  if (value === '') return { text: value, rules: [] }
  const bare = name.replace(/^-+/, '')
  const hit = HARMLESS_NAMES.has(bare) ? undefined : SECRET_NAMES.find((one) => one.name.test(bare))
  return hit === undefined ? maskShapes(value) : { text: maskOf(hit.rule), rules: [hit.rule] }
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

/** `--password x`, `--password=x`, `NAME=x`, and shapes anywhere. The first argument, the program, goes by its shape alone. */
export function maskArguments(args: readonly string[]): readonly Masked[] {
  return args.map((argument, index) => {
    const before = args[index - 1] ?? ''
    if (index > 1 && /^--?[a-z]/i.test(before) && !before.includes('=') && !argument.startsWith('-')) return maskNamed(before, argument)
    const parts = index > 0 ? /^(--?[\w.-]+|\w+)=(.*)$/s.exec(argument) : null
    if (parts === null) return maskShapes(argument)
    const [, name = '', value = ''] = parts
    const masked = maskNamed(name, value)
    return { text: `${name}=${masked.text}`, rules: masked.rules }
  })
}
