/** What fits best of what can stand at the cursor, and the condition with it put in. */
import { fuzzyMatch } from '../../app/fuzzy.ts'
import { type Offer, type Place, placeAt } from '../../language/completion.ts'
import { tokenize } from '../../language/tokens.ts'
import { readValue } from '../../language/values.ts'

const MOST = 40
/** What is used often comes before others that fit about as well. */
const USUAL_BONUS = 12

/** Those that answer to what was typed, the best first. */
export function rankOffers(offers: readonly Offer[], typed: string): readonly Offer[] {
  const wanted = readValue(typed)
  return offers
    .flatMap((offer) => {
      const match = fuzzyMatch(wanted, offer.label)
      return match === undefined ? [] : [{ offer, score: match.score + (offer.isUsual ? USUAL_BONUS : 0) }]
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST)
    .map(({ offer }) => offer)
}

export interface Written {
  readonly text: string
  readonly cursor: number
}

/** The offer instead of the word in which the cursor stands. */
export function putIn({ text, cursor }: Written, { from }: Pick<Place, 'from'>, { insert, cursorBack }: Offer): Written {
  const word = from === cursor ? undefined : tokenize(text).tokens.find(({ start, end }) => start === from && end >= cursor)
  const behind = text.slice(word?.end ?? cursor)
  const put = insert.endsWith(' ') && behind.startsWith(' ') ? insert.slice(0, -1) : insert
  const end = from + put.length - cursorBack
  return { text: text.slice(0, from) + put + behind, cursor: put === insert ? end : end + 1 }
}

/** What has been written of the word at the cursor. */
export const typedAt = ({ text, cursor }: Written): string => text.slice(placeAt(text, cursor).from, cursor)
