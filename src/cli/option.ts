/** Options and arguments of commands as data: from them come the parser, the help, the completion and the reference. */

/** `T` is what the command gets to see. */
export interface OptionDefinition<T = unknown> {
  readonly doc: string
  /** Placeholder of the value in the help (`PATH`); absent for a flag. */
  readonly value?: string
  /** The value may be left out. */
  readonly optionalValue?: boolean
  /** One letter. */
  readonly short?: string
  /** Several values, after one another or by giving the option again. */
  readonly many?: 'variadic' | 'repeat'
  readonly choices?: readonly string[]
  /** Shown in the help where it is not obvious. */
  readonly presetDoc?: string
  /** What the texts given mean; undefined when the option was not given. Throws UsageError. */
  readonly parse: (given: readonly string[] | undefined) => T
}

export interface ArgumentDefinition<T = unknown> {
  /** Placeholder in the help (`FILE`). */
  readonly name: string
  readonly doc: string
  readonly required: boolean
  readonly many: boolean
  readonly choices?: readonly string[]
  readonly parse: (given: readonly string[]) => T
}

/** The values of a record of definitions. */
export type ValuesOf<D> = { readonly [K in keyof D]: D[K] extends { parse: (given: never) => infer T } ? T : never }

/** A wrong command line: shown without a stack, exit code 2. */
export class UsageError extends Error {}

export function flag(doc: string, more: { short?: string } = {}): OptionDefinition<boolean> {
  return { doc, ...more, parse: (given) => given !== undefined }
}

export function text(value: string, doc: string, more: { short?: string } = {}): OptionDefinition<string | undefined> {
  return { doc, value, ...more, parse: (given) => given?.at(-1) }
}

/** `variadic`: `--rules a b c`; `repeat`: `--output a --output b`. */
export function texts(value: string, doc: string, many: 'variadic' | 'repeat'): OptionDefinition<readonly string[]> {
  return { doc, value, many, parse: (given) => given ?? [] }
}

/** `value` is the placeholder in the help, for choices too many to be it. */
export function choice<const C extends string>(
  choices: readonly C[],
  doc: string,
  value = choices.join('|'),
): OptionDefinition<C | undefined> {
  const parse = (given: readonly string[] | undefined) => {
    const word = given?.at(-1)
    if (word === undefined) return undefined
    const found = choices.find((one) => one === word.toLowerCase())
    if (!found) throw new UsageError(`${word} is none of ${choices.join(', ')}`)
    return found
  }
  return { doc, value, choices, parse }
}

/** A value that `read` understands; `expected` completes "must be …". */
export function amount<T>(
  value: string,
  doc: string,
  expected: string,
  read: (text: string) => T | undefined,
): OptionDefinition<T | undefined> {
  const parse = (given: readonly string[] | undefined) => {
    const word = given?.at(-1)
    if (word === undefined) return undefined
    const amount = read(word)
    if (amount === undefined) throw new UsageError(`${word} must be ${expected}`)
    return amount
  }
  return { doc, value, parse }
}

/** The same, where the option alone means `preset`. */
export function optionalAmount<T>(
  value: string,
  doc: string,
  { expected, read, preset }: { readonly expected: string; readonly read: (text: string) => T | undefined; readonly preset: T },
): OptionDefinition<T | undefined> {
  const { parse } = amount(value, doc, expected, read)
  return { doc, value, optionalValue: true, parse: (given) => (given?.length === 0 ? preset : parse(given)) }
}

/** A number above 0, for `amount`. */
export function positive(text: string): number | undefined {
  const value = Number(text)
  return value > 0 && Number.isFinite(value) ? value : undefined
}

export function argument(name: string, doc: string): ArgumentDefinition<string> {
  return { name, doc, required: true, many: false, parse: (given) => given[0] ?? '' }
}

export function optionalArgument(name: string, doc: string): ArgumentDefinition<string | undefined> {
  return { name, doc, required: false, many: false, parse: (given) => given[0] }
}

export function argumentsOf(name: string, doc: string, { optional = false } = {}): ArgumentDefinition<readonly string[]> {
  return { name, doc, required: !optional, many: true, parse: (given) => given }
}

export function choiceArgument<const C extends string>(name: string, choices: readonly C[], doc: string): ArgumentDefinition<C> {
  const parse = ([word = '']: readonly string[]) => {
    const found = choices.find((one) => one === word)
    if (!found) throw new UsageError(`${word} is none of ${choices.join(', ')}`)
    return found
  }
  return { name, doc, required: true, many: false, choices, parse }
}

/** `foldWindow` → `--fold-window`. */
export function flagName(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
