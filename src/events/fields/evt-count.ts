/** evt.count.*, evt.type.is: an event as a number that is summed or tested. */
import type { AnyKernelEvent } from '../event.ts'
import type { FieldDefinition } from '../field.ts'
import { defineField, defineFieldWithArgument } from '../field-readers/define-field.ts'
import { categoryOf, resultOf } from '../field-readers/outcome-of-event.ts'

const count = (name: string, doc: string, example: number, of: (event: AnyKernelEvent) => number | undefined, always?: number) =>
  defineField({ name, type: 'number', doc, example, read: of, flat: () => always })

function errorOf(event: AnyKernelEvent): number | undefined {
  const result = resultOf(event)
  return result === undefined ? undefined : Number(result < 0)
}

const COUNTED_APART = ['file', 'net', 'memory']

const errors = (category: string) =>
  count(`evt.count.error.${category}`, `evt.count.error of events of the category ${category}; missing for all others.`, 1, (event) =>
    categoryOf(event) === category ? errorOf(event) : undefined,
  )

const TYPE_IS = defineFieldWithArgument({
  name: 'evt.type.is',
  type: 'number',
  doc: '1 when evt.type is the given one, else 0.',
  example: 1,
  argument: { kind: 'word', required: true, doc: 'Type of event, by a dot: `evt.type.is.open`.' },
  reader: (type) => (event) => Number(event.type === type),
  flat: (event, type) => Number(event.type === type),
})

/** The definition of `evt.type.is.open`: a field of its own. */
export function namedTypeField(name: string): FieldDefinition | undefined {
  const [, type] = /^evt\.type\.is\.([a-z]\w*)$/.exec(name) ?? []
  if (type === undefined) return undefined
  const { doc, example, bind } = TYPE_IS
  const read = bind(type)
  return defineField({ name, type: 'number', doc, example, read, flat: read })
}

export const EVT_COUNT_FIELDS = [
  TYPE_IS,
  count('evt.count', 'Always 1. Kept for old rules.', 1, () => 1, 1),
  count('evt.count.error', '1 when the call returned an error, else 0.', 0, errorOf),
  ...COUNTED_APART.map(errors),
  count('evt.count.error.other', 'evt.count.error of events of all other categories; missing for those three.', 1, (event) =>
    COUNTED_APART.includes(categoryOf(event) ?? '') ? undefined : errorOf(event),
  ),
  count('evt.count.exit', 'Always 1: an event is reported when the call has returned. Kept for old rules.', 1, () => 1, 1),
  count('evt.count.procinfo', 'Always 0: there are no such events. Kept for old rules.', 0, () => 0, 0),
  count('evt.count.threadinfo', 'Always 0: there are no such events. Kept for old rules.', 0, () => 0, 0),
]
