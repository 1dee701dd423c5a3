/** What can stand at the cursor: of the language, and values that the field had in the time that is looked at. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { HISTORY_COLUMNS, type HistoryColumn } from '../../../findings/history-event.ts'
import { type EventListQuery, eventFacetsQuery } from '../../api/events.ts'
import { languageQuery } from '../../api/rules.ts'
import { shortNumber } from '../../format/numbers.ts'
import { type Offer, offersAt, type Place, placeAt, valueOffer } from '../../language/completion.ts'
import { writeValue } from '../../language/values.ts'
import { rankOffers, typedAt, type Written } from './offers.ts'

const VALUES = 50

export interface Offers {
  readonly place: Place
  readonly offers: readonly Offer[]
}

/** `isWanted`: nothing is asked of the server otherwise. */
export function useOffers(written: Written, range: Pick<EventListQuery, 'from' | 'to'>, isWanted: boolean): Offers {
  const { text, cursor } = written
  const place = useMemo(() => placeAt(text, cursor), [text, cursor])
  const { data: entries } = useQuery({ ...languageQuery, enabled: isWanted })
  const isTaken = useIsTaken()
  const column = columnOf(place)
  const facets = useQuery({
    ...eventFacetsQuery(range, column === undefined ? [] : [column], VALUES),
    enabled: isWanted && column !== undefined,
  })
  const values = column === undefined ? undefined : facets.data?.facets[column]
  const offers = useMemo(() => {
    if (!isWanted) return []
    const ofField = (values ?? []).flatMap(({ value, count }) =>
      value === null ? [] : [valueOffer(String(value), writeValue(String(value), isTaken), shortNumber(count))],
    )
    const known = new Set(ofField.map(({ label }) => label))
    const others = offersAt(place, entries ?? []).filter(({ label }) => !known.has(label))
    return rankOffers([...ofField, ...others], typedAt({ text, cursor }))
  }, [isWanted, values, place, entries, text, cursor, isTaken])
  return { place, offers }
}

/** Values of it are known to the store. */
function columnOf({ expected, field, operator }: Place): HistoryColumn | undefined {
  const isValue = expected === 'list' || (expected === 'value' && operator !== 'in' && operator !== 'intersects' && operator !== 'pmatch')
  return isValue && field !== undefined && Object.hasOwn(HISTORY_COLUMNS, field) ? (field as HistoryColumn) : undefined
}

/** Names of lists stand for what is in them: a value that is called so must be quoted. */
export function useIsTaken(): (text: string) => boolean {
  const { data } = useQuery(languageQuery)
  return useMemo(() => {
    const lists = new Set((data ?? []).filter(({ kind }) => kind === 'list').map(({ name }) => name))
    return (text: string) => lists.has(text)
  }, [data])
}
