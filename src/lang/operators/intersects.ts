import type { Operator } from '../operator.ts'
import { equal } from './equal.ts'
import { memberOf } from './in.ts'

export const intersects = {
  name: 'intersects',
  doc: 'True when the field is one of the values. A field that is a list: when any of its values is one of them.',
  right: 'list',
  types: equal.types,
  lists: 'some',
  rightField: true,
  examples: [
    ['bash', ['sh', 'bash'], true],
    ['zsh', ['sh', 'bash'], false],
    [443, ['80', '443'], true],
    ['10.9.9.9', ['10.0.0.0/8'], true, 'net'],
  ],
  compile: memberOf,
} satisfies Operator
