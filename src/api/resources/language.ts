/** The rule language, for editors. */
import Type from 'typebox'
import { defineResource, route } from '../route.ts'
import type { LanguageEntry } from '../services.ts'
import { diagnosticShape } from '../shapes/event-shape.ts'
import { textOrNothing } from '../shapes/given-text.ts'
import { nounShape, oneOf, optionalText, record } from '../shapes/shape.ts'

const entryShape = nounShape<LanguageEntry>()('LanguageEntry', 'A word of the language.', {
  name: Type.String(),
  kind: oneOf(['field', 'operator', 'transformer', 'macro', 'list', 'keyword', 'event-type']),
  type: optionalText(),
  doc: Type.String(),
  takesArgument: Type.Boolean(),
})

export const language = defineResource({
  name: 'language',
  doc: 'The language of rules and conditions: what editors offer, and what they underline.',
  routes: [
    route({
      method: 'GET',
      path: '/language',
      needs: 'viewer',
      summary: 'Fields, operators, macros and lists.',
      answer: record({ entries: Type.Array(entryShape) }),
      handler: ({ services }) => ({ entries: services.rules.language() }),
    }),
    route({
      method: 'POST',
      path: '/conditions/check',
      needs: 'viewer',
      summary: 'What is wrong in a condition.',
      body: record({ condition: textOrNothing(8000, 'Of the rule language.') }),
      answer: record({ diagnostics: Type.Array(diagnosticShape) }),
      audit: { because: 'it changes nothing' },
      handler: ({ services, body }) => ({ diagnostics: services.events.check(body.condition) }),
    }),
  ],
})
