import { expect, test } from 'vitest'
import type { Transformer, TransformerExample } from './transformer.ts'
import { TRANSFORMERS } from './transformers.ts'

const examples = [...TRANSFORMERS.values()].flatMap((transformer) =>
  (transformer.examples as readonly TransformerExample[]).map(
    (example) => [`${transformer.name}(${JSON.stringify(example.inputs)})[${example.argument ?? ''}]`, transformer, example] as const,
  ),
)

test.each(examples)('%s', (_, transformer: Transformer, { inputs, argument, result }) => {
  expect(transformer.compile(argument)(...inputs)).toEqual(result)
})

test('every transformer says what it does and shows how it is used', () => {
  for (const { doc, usage, name } of TRANSFORMERS.values()) {
    expect(doc).toMatch(/\.$/)
    expect(usage).toContain(`${name}(`)
  }
})
