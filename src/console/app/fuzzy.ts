/** How well a text answers to what was typed: letters in order, the more so where words begin and where they stand together. */

export interface FuzzyMatch {
  /** Higher is better. */
  readonly score: number
  /** Places of the letters that were found. */
  readonly at: readonly number[]
}

/** The better of the text as typed somewhere in it, and its letters in order; undefined when those are not there. Spaces are passed over. */
export function fuzzyMatch(typed: string, text: string): FuzzyMatch | undefined {
  const lower = text.toLowerCase()
  const wanted = typed.toLowerCase().trim()
  if (wanted === '') return { score: 0, at: [] }
  const whole = wholeIn(wanted, lower)
  const letters = lettersInOrder(wanted.replaceAll(' ', ''), lower)
  return whole !== undefined && (letters === undefined || whole.score >= letters.score) ? whole : letters
}

function wholeIn(wanted: string, lower: string): FuzzyMatch | undefined {
  const place = lower.indexOf(wanted)
  if (place < 0) return undefined
  const score = (startsWord(lower, place) ? 160 : 40) - place - lower.length / 10
  return { score, at: Array.from({ length: wanted.length }, (_, index) => place + index) }
}

function lettersInOrder(wanted: string, lower: string): FuzzyMatch | undefined {
  const at: number[] = []
  let score = 0
  let from = 0
  for (const letter of wanted) {
    const place = placeOf(letter, lower, from)
    if (place < 0) return undefined
    score += startsWord(lower, place) ? 8 : place === (at.at(-1) ?? -2) + 1 ? 5 : 1
    at.push(place)
    from = place + 1
  }
  const isInitials = at.every((place) => startsWord(lower, place))
  return { score: score + (isInitials ? 50 : 0) - lower.length / 10, at }
}

/** Where a word begins with it, else where it stands next. */
function placeOf(letter: string, lower: string, from: number): number {
  for (let place = lower.indexOf(letter, from); place >= 0; place = lower.indexOf(letter, place + 1)) {
    if (startsWord(lower, place)) return place
  }
  return lower.indexOf(letter, from)
}

const startsWord = (lower: string, place: number): boolean => place === 0 || /[\s/._:-]/.test(lower[place - 1] ?? '')
