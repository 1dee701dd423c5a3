import { eachText, type Modifier } from '../modifier.ts'
import { joinTexts, type Pattern, type Piece } from '../pattern.ts'
import { Unsupported } from '../unsupported.ts'

const DASHES = ['-', '/', '–', '—', '―']

/** Values that one text may become. */
const MAX_VALUES = 5 ** 5

export const windash = {
  name: 'windash',
  doc: 'Dashes and slashes that begin an option stand for each other: -, /, en dash, em dash and horizontal bar.',
  examples: [
    { value: '-s', condition: 'f.x iglob anyof ("-s", "/s", "–s", "—s", "―s")' },
    { value: 'a-b', condition: 'f.x iglob "a-b"' },
    { value: '-*', condition: 'f.x startswith "-"' },
  ],
  apply: (given) => eachText('windash', given, dashVariants),
} satisfies Modifier

function dashVariants(pattern: Pattern): readonly Pattern[] {
  let variants: readonly (readonly Piece[])[] = [[]]
  for (const choices of pattern.flatMap(choicesOf)) {
    variants = variants.flatMap((variant) => choices.map((choice) => [...variant, choice]))
    if (variants.length > MAX_VALUES) throw new Unsupported('value', `the modifier windash makes more than ${MAX_VALUES} values`)
  }
  return variants.map(joinTexts)
}

/** Parts of a text with what each may be: a dash that begins a word any dash (not in `a-b`, not alone), all else itself. */
function choicesOf(piece: Piece): readonly (readonly Piece[])[] {
  if (typeof piece !== 'string') return [[piece]]
  return piece.split(/(?<!\w)([-/–—―])(?=\w)/).map((part, index) => (index % 2 === 1 ? DASHES : [part]))
}
