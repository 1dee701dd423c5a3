import type { FieldType } from '../../events/field.ts'
import type { Constant } from '../constants.ts'
import type { Operator, Test } from '../operator.ts'
import { equal } from './equal.ts'

/** True when the value is one of the set. */
export function memberOf(constants: readonly Constant[], type: FieldType): Test {
  if (type === 'net' || type === 'bytes') {
    const tests = constants.map((constant) => equal.compile([constant], type))
    return (value) => tests.some((test) => test(value))
  }
  const set = new Set<unknown>(constants)
  return (value) => set.has(value)
}

export const inList = {
  name: 'in',
  doc: 'True when the field is one of the values. A field that is a list: when each of its values is one of them.',
  right: 'list',
  types: equal.types,
  lists: 'every',
  rightField: true,
  examples: [
    ['bash', ['sh', 'bash'], true],
    ['zsh', ['sh', 'bash'], false],
    ['zsh', [], false],
    [22, ['22', '0x17'], true],
    ['10.9.9.9', ['192.168.0.0/16', '10.0.0.0/8'], true, 'net'],
    ['::1', ['127.0.0.1', '::1'], true, 'ip'],
    [Buffer.from('a'), ['b', 'a'], true],
  ],
  compile: memberOf,
} satisfies Operator
