/** A small vocabulary over flat events, for tests that need no catalogue. */
import type { Event } from '../events/event.ts'
import type { FieldDefinition, FieldType, FieldValue, Vocabulary } from '../events/field.ts'

const field = (name: string, type: FieldType, more: Partial<FieldDefinition> = {}): FieldDefinition => ({
  name,
  type,
  doc: name,
  example: '',
  bind: (argument) => {
    const key = argument === undefined ? name : `${name}[${argument}]`
    return (event: Event) => (event.kind === 'flat' ? (event.values[key] as FieldValue | undefined) : undefined)
  },
  ...more,
})

const FIELDS: readonly FieldDefinition[] = [
  field('evt.type', 'string'),
  field('evt.num', 'number', { bind: () => (event) => event.number }),
  field('proc.name', 'string'),
  field('proc.pname', 'string'),
  field('proc.pid', 'number'),
  field('fd.name', 'string'),
  field('fd.num', 'number'),
  field('fd.sip', 'ip'),
  field('fd.snet', 'net'),
  field('fd.ip', 'ip', { many: 'any' }),
  field('evt.is_open_write', 'boolean'),
  field('evt.buffer', 'bytes'),
  field('proc.tags', 'string', { many: 'list' }),
  field('proc.aname', 'string', { many: 'any', argument: { kind: 'index', required: false, doc: 'How far up.' } }),
]

const BY_NAME: ReadonlyMap<string, FieldDefinition> = new Map(FIELDS.map((one) => [one.name, one]))

export const TEST_VOCABULARY: Vocabulary = Object.freeze({
  field: (name: string) => BY_NAME.get(name),
  names: FIELDS.map(({ name }) => name),
})
