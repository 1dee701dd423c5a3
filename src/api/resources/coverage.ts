/** What the rules cover. */
import Type from 'typebox'
import { defineResource, route } from '../route.ts'
import { oneOf, record } from '../shapes/shape.ts'

export const coverage = defineResource({
  name: 'coverage',
  doc: 'Which techniques the rules cover, and how well that is proven.',
  routes: [
    route({
      method: 'GET',
      path: '/coverage',
      needs: 'viewer',
      summary: 'The report of `tarsier coverage --json`.',
      query: record({ version: Type.Optional(oneOf(['18', '19'], 'Of ATT&CK.')) }),
      answer: Type.Unknown({ description: 'As `tarsier coverage --json` prints it.' }),
      handler: ({ services, query }) => services.coverage(query.version),
    }),
  ],
})
