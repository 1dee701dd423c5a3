/** Items of response files that hold responses back: what is protected, and when nothing is done by itself. Throws ItemError. */
import { ItemError } from './item-error.ts'
import { choiceAt } from './read-response.ts'
import { type KeyedItem, optionalText, optionalTextOrTexts, type Report, readKeys, requiredText } from './read-value.ts'
import type { MaintenanceItem, ProtectItem } from './response-items.ts'
import type { YamlNode } from './yaml-file.ts'

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

export function readProtect(node: YamlNode, report: Report): ProtectItem {
  const item = readKeys(node, 'protect', ['protect', 'condition'], report)
  return { kind: 'protect', name: requiredText(item, 'protect'), condition: requiredText(item, 'condition') }
}

export function readMaintenance(node: YamlNode, report: Report): MaintenanceItem {
  const item = readKeys(node, 'maintenance', ['maintenance', 'days', 'from', 'to', 'time_zone', 'mode', 'condition'], report)
  return {
    kind: 'maintenance',
    name: requiredText(item, 'maintenance'),
    days: daysAt(item),
    from: minutesAt(item, 'from'),
    to: minutesAt(item, 'to'),
    timeZone: zoneAt(item),
    mode: choiceAt(item, 'mode', ['off', 'dry-run', 'ask']) ?? 'ask',
    condition: optionalText(item, 'condition'),
  }
}

function daysAt(item: KeyedItem): readonly number[] {
  const given = optionalTextOrTexts(item, 'days')
  if (given === undefined) return DAYS.map((_, day) => day)
  return ('value' in given ? [given] : given).map(({ value, origin }) => {
    const day = (DAYS as readonly string[]).indexOf(value.toLowerCase().slice(0, 3))
    if (day === -1) throw new ItemError('LOAD_BAD_CHOICE', { key: 'days', value, allowed: DAYS.join(', ') }, origin)
    return day
  })
}

function minutesAt(item: KeyedItem, key: string): number {
  const { value, origin } = requiredText(item, key)
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(value) ?? []
  if (hours === undefined) throw new ItemError('RESPONSE_BAD_TIME', { key, value }, origin)
  return Number(hours) * 60 + Number(minutes)
}

function zoneAt(item: KeyedItem): string {
  const given = optionalText(item, 'time_zone')
  if (given === undefined) return 'UTC'
  try {
    return new Intl.DateTimeFormat('en', { timeZone: given.value }).resolvedOptions().timeZone
  } catch {
    throw new ItemError('RESPONSE_BAD_ZONE', { value: given.value }, given.origin)
  }
}
