/** Colours for terminals, and the rule when to use them (https://no-color.org, FORCE_COLOR, --color). */

export type ColourChoice = 'auto' | 'always' | 'never'
export const COLOUR_CHOICES = ['auto', 'always', 'never'] as const satisfies readonly ColourChoice[]

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  inverse: [7, 27],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const

/** Each function wraps a text in its colour, or returns it as it is where colours are off. */
export type Style = { readonly [K in keyof typeof CODES]: (text: string) => string }

/** The text must be escaped already (escape.ts): colours are the only escapes that may reach a terminal. */
export function createStyle(enabled: boolean): Style {
  const wrap = ([open, close]: readonly [number, number]) => (enabled ? (text: string) => `\x1b[${open}m${text}\x1b[${close}m` : identity)
  return Object.freeze(Object.fromEntries(Object.entries(CODES).map(([name, codes]) => [name, wrap(codes)]))) as Style
}

/** `--color` decides; else NO_COLOR (any value) turns off, FORCE_COLOR on; else whether the stream is a terminal that can. */
export function wantsColour(choice: ColourChoice, isTty: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if (choice !== 'auto') return choice === 'always'
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0') return true
  return isTty && env.TERM !== 'dumb'
}

function identity(text: string): string {
  return text
}
