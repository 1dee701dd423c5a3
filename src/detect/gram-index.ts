/**
 * Finds, for a text, which of many texts may stand somewhere in it: by three characters of each, the rarest among all. One pass over the
 * text, whatever the number of texts; what is found must still be tried.
 */
import type { Found } from './text-index.ts'

/** Shorter texts than this are not found. */
export const MIN_GRAM = 3
/** Grams are told apart by a bit each before the table is asked. */
const FILTER_BITS = 1 << 16

export interface ContainedText {
  /** At least MIN_GRAM characters. */
  readonly text: string
  readonly rule: number
}

interface Cell {
  readonly rules: readonly number[]
  /** The search that found it last: a text may have the same three characters many times. */
  turn: number
}

/** The result adds to `found` the rules of all texts that may be in `text`; a rule may come more than once. */
export function createGramIndex(texts: readonly ContainedText[]): (text: string, found: Found) => void {
  const uses = new Map<number, number>()
  for (const { text } of texts) for (const gram of gramsOf(text)) uses.set(gram, (uses.get(gram) ?? 0) + 1)
  const cells = new Map<number, { rules: number[]; turn: number }>()
  const filter = new Uint8Array(FILTER_BITS / 8)
  for (const { text, rule } of texts) {
    const gram = rarest(gramsOf(text), uses)
    const cell = cells.get(gram)
    if (cell === undefined) cells.set(gram, { rules: [rule], turn: 0 })
    else cell.rules.push(rule)
    const bit = bitOf(gram)
    filter[bit >> 3] = (filter[bit >> 3] as number) | (1 << (bit & 7))
  }
  let turn = 0

  return (text, found) => {
    turn++
    let gram = 0
    for (let at = 0; at < text.length; at++) {
      gram = nextGram(gram, text.charCodeAt(at))
      if (at < MIN_GRAM - 1) continue
      const bit = bitOf(gram)
      if (((filter[bit >> 3] as number) & (1 << (bit & 7))) !== 0) take(cells.get(gram), turn, found)
    }
  }
}

function take(cell: Cell | undefined, turn: number, found: Found): void {
  if (cell === undefined || cell.turn === turn) return
  cell.turn = turn
  for (const rule of cell.rules) found.rules[found.count++] = rule
}

/** Ten bits of each of the last three characters. Characters that share them are one gram: it finds too much, never too little. */
const nextGram = (gram: number, code: number): number => ((gram << 10) | (code & 0x3ff)) & 0x3fff_ffff

const bitOf = (gram: number): number => (Math.imul(gram, 0x9e37_79b1) >>> 16) & (FILTER_BITS - 1)

function gramsOf(text: string): readonly number[] {
  const grams: number[] = []
  let gram = 0
  for (let at = 0; at < text.length; at++) {
    gram = nextGram(gram, text.charCodeAt(at))
    if (at >= MIN_GRAM - 1) grams.push(gram)
  }
  return grams
}

const rarest = (grams: readonly number[], uses: ReadonlyMap<number, number>): number =>
  grams.reduce((best, gram) => ((uses.get(gram) ?? 0) < (uses.get(best) ?? 0) ? gram : best))
