/** What can stand where the cursor is: from the vocabulary of the server, fitting the field and the operator before it. */
import type { LanguageEntry } from '../../api/services.ts'
import { HISTORY_COLUMNS } from '../../findings/history-event.ts'
import { type Expected, type Token, tokenize } from './tokens.ts'

export type OfferKind = LanguageEntry['kind'] | 'value'

export interface Offer {
  /** What is compared with what was typed. */
  readonly label: string
  readonly kind: OfferKind
  /** Beside the label: the type of a field. */
  readonly detail: string | undefined
  readonly doc: string
  readonly insert: string
  /** How far before the end of what was put in the cursor stands then: inside the parentheses. */
  readonly cursorBack: number
  /** Something follows for certain: it is offered at once. */
  readonly goesOn: boolean
  /** Used often; stands before others that fit as well. */
  readonly isUsual: boolean
}

export interface Place {
  readonly expected: Expected
  /** Where the word begins that is being written; the cursor itself where none is. */
  readonly from: number
  /** Left of the operator, without its argument. */
  readonly field: string | undefined
  readonly operator: string | undefined
}

/** The place at an offset of a condition; what stands behind it does not matter. */
export function placeAt(text: string, at: number): Place {
  const { tokens, end } = tokenize(text.slice(0, at))
  const last = tokens.at(-1)
  const isTyped = last !== undefined && last.end === at && isWord(last)
  const { expected, field, operator } = isTyped ? last : end
  return { expected, from: isTyped ? last.start : at, field: field?.replace(/\[.*/, ''), operator }
}

const isWord = ({ kind }: Token): boolean => kind !== 'punctuation' && kind !== 'argument'

/** Those of the vocabulary; values of the field are the caller's to add where a value is expected. */
export function offersAt({ expected, field, operator }: Place, entries: readonly LanguageEntry[]): readonly Offer[] {
  const of = (...kinds: readonly LanguageEntry['kind'][]): readonly LanguageEntry[] => entries.filter(({ kind }) => kinds.includes(kind))
  const type = entries.find(({ kind, name }) => kind === 'field' && name === field)?.type
  switch (expected) {
    case 'check':
      return [...of('field', 'transformer', 'macro').map(offerOf), keyword('not', 'The check behind it must not hold.')]
    case 'operator':
      return of('operator')
        .filter((entry) => fits(entry, type))
        .map(offerOf)
    case 'value':
      return operator === 'in' || operator === 'intersects' ? [] : fixedValues(field, type, entries)
    case 'list':
      return [...fixedValues(field, type, entries), ...of('list').map(offerOf)]
    case 'input':
      return of('field', 'transformer').map(offerOf)
    case 'connective':
      return [keyword('and', 'Both sides must hold.'), keyword('or', 'One of both sides must hold.')]
    default:
      return expected satisfies never
  }
}

/** A value of a field, as completion offers it; `count`: how often it was seen. */
export const valueOffer = (value: string, insert: string, count: string): Offer => ({
  label: value,
  kind: 'value',
  detail: count,
  doc: '',
  insert,
  cursorBack: 0,
  goesOn: false,
  isUsual: true,
})

/** An operator without types compares any. */
function fits({ type }: LanguageEntry, fieldType: string | undefined): boolean {
  if (fieldType === undefined || typeof type !== 'string' || type === '') return true
  return type.split(/[^a-z]+/).includes(fieldType)
}

function fixedValues(field: string | undefined, type: string | undefined, entries: readonly LanguageEntry[]): readonly Offer[] {
  if (type === 'boolean') return ['true', 'false'].map((value) => valueOffer(value, value, ''))
  if (field !== 'evt.type' && field !== 'syscall.type') return []
  return entries.filter(({ kind }) => kind === 'event-type').map(offerOf)
}

const keyword = (name: string, doc: string): Offer => ({
  label: name,
  kind: 'keyword',
  detail: undefined,
  doc,
  insert: `${name} `,
  cursorBack: 0,
  goesOn: true,
  isUsual: false,
})

function offerOf({ name, kind, type, doc, takesArgument }: LanguageEntry): Offer {
  const { insert, cursorBack } = insertionOf(name, kind, takesArgument)
  const detail = kind === 'field' ? (type ?? undefined) : kind === 'macro' || kind === 'list' ? kind : undefined
  const goesOn = kind === 'field' || kind === 'transformer' || (kind === 'operator' && takesArgument)
  return {
    label: name,
    kind,
    detail,
    doc: doc ?? '',
    insert,
    cursorBack,
    goesOn,
    isUsual: kind === 'field' && Object.hasOwn(HISTORY_COLUMNS, name),
  }
}

function insertionOf(name: string, kind: LanguageEntry['kind'], takesArgument: boolean): { insert: string; cursorBack: number } {
  if (kind === 'transformer') return { insert: `${name}()`, cursorBack: 1 }
  if (kind === 'operator' && (name === 'in' || name === 'intersects' || name === 'pmatch')) return { insert: `${name} ()`, cursorBack: 1 }
  if (kind === 'operator') return { insert: takesArgument ? `${name} ` : name, cursorBack: 0 }
  return { insert: kind === 'field' ? `${name} ` : name, cursorBack: 0 }
}
