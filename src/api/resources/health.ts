/** Whether the server works. */
import Type from 'typebox'
import { defineResource, route } from '../route.ts'
import { record } from '../shapes/shape.ts'

export const health = defineResource({
  name: 'health',
  doc: 'For those who watch the watcher.',
  routes: [
    route({
      method: 'GET',
      path: '/health',
      needs: 'anyone',
      summary: 'Answers while the server works.',
      answer: record({ status: Type.Literal('ok') }),
      handler: () => ({ status: 'ok' as const }),
    }),
  ],
})
