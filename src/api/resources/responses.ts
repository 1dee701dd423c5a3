/** What is done by itself about which findings. */
import Type from 'typebox'
import { defineResource, route } from '../route.ts'
import { inForceShape, planShape } from '../shapes/action-shape.ts'
import { text } from '../shapes/given-text.ts'
import { record } from '../shapes/shape.ts'
import { rangeOf, rangeQuery } from '../time-range.ts'

const MAX_BYTES = 1024 * 1024

export const responses = defineResource({
  name: 'responses',
  doc: 'What is done by itself about which findings: files that the agent reads, shown and tried here.',
  routes: [
    route({
      method: 'GET',
      path: '/responses',
      needs: 'viewer',
      summary: 'The responses in force.',
      answer: inForceShape,
      handler: ({ services }) => services.responses.inForce(),
    }),
    route({
      method: 'POST',
      path: '/responses/plan',
      needs: 'analyst',
      summary: 'What responses would have done over findings of the past. Changes nothing.',
      body: record({
        yaml: Type.Optional(text(MAX_BYTES, 'A response file; absent: those in force.')),
        ...rangeQuery,
      }),
      bodyBytes: MAX_BYTES + 64 * 1024,
      answer: planShape,
      audit: { because: 'it changes nothing' },
      handler: ({ services, body: { yaml, from, to } }) => services.responses.plan(yaml, rangeOf({ from, to }, services.nowNs())),
    }),
  ],
})
