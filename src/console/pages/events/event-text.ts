/** What an event is about, in one line. */
import type { WholeEvent } from '../../../store/history-store.ts'

/** The fields that say what something was done to, the most telling first. */
const OBJECTS = [
  'fd.name',
  'fs.path.name',
  'fs.path.target',
  'fs.path.source',
  'module.path',
  'dns.question',
  'evt.arg.path',
  'evt.args',
] as const

/** For programs that start, their command line; else what it was done to; empty where no field says. */
export function objectOf({ kind, fields }: Pick<WholeEvent, 'kind' | 'fields'>): string {
  const names = kind.startsWith('process.') ? ['proc.cmdline', ...OBJECTS] : OBJECTS
  for (const name of names) {
    const text = valueText(fields[name])
    if (text !== '') return text
  }
  return ''
}

/** A value of a field as text: lists are joined by commas, what is missing is empty. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(valueText).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export const isFailed = ({ fields }: Pick<WholeEvent, 'fields'>): boolean => fields['evt.failed'] === true
