import { expect, test } from 'vitest'
import { parseConstant } from './constants.ts'
import type { Operator, OperatorExample } from './operator.ts'
import { OPERATORS } from './operators.ts'

const examples = [...new Set(OPERATORS.values())].flatMap((operator) =>
  operator.examples.map((example) => [`${operator.name}: ${JSON.stringify(example)}`, operator, example] as const),
)

function typeOf([value, , , type]: OperatorExample) {
  return type ?? (Buffer.isBuffer(value) ? 'bytes' : (typeof value as 'string' | 'number' | 'boolean'))
}

function constantOf(operator: Operator, text: string, example: OperatorExample) {
  const parsed = operator.parse?.(text)
  if (parsed !== undefined && 'problem' in parsed) throw new Error(parsed.reason)
  const constant = parsed?.constant ?? parseConstant(typeOf(example), text, 'x.y')
  if (constant === undefined) throw new Error(`${text} is not of type ${typeOf(example)}`)
  return constant
}

test.each(examples)('%s', (_, operator, example) => {
  const [value, right, holds] = example
  const texts = operator.right === 'none' ? [] : [right].flat()
  const constants = texts.map((text) => constantOf(operator, text, example))
  expect(operator.types).toContain(typeOf(example))
  expect(operator.compile(constants, typeOf(example))(value)).toBe(holds)
})

test('every operator says what it does and shows when it holds and when not', () => {
  for (const operator of new Set(OPERATORS.values())) {
    expect(operator.doc).toMatch(/\.$/)
    const outcomes = new Set(operator.examples.map(([, , holds]) => holds))
    expect([operator.name, outcomes.size]).toEqual([operator.name, operator.name === 'exists' ? 1 : 2])
  }
})
