/** What happens, as it happens. */
import { defineResource, route } from '../route.ts'

export const stream = defineResource({
  name: 'stream',
  doc: 'Server-sent events: `hello` once, then `finding`, `incident`, `action`, `sensor` and `rules`, each with an `id` and JSON as `data`. Of a flood of findings (more than a thousand a second) only the newest come, with a `gap` that says how many were left out. A comment comes every 15 s.',
  routes: [
    route({
      method: 'GET',
      path: '/stream',
      needs: 'viewer',
      summary: 'The live stream. The header Last-Event-ID brings what was missed, as far as it is remembered.',
      answer: { mediaType: 'text/event-stream', doc: 'Events until the session ends or the client goes.' },
      handler: ({ streams, who, request, reply }) => streams.open(who, request, reply),
    }),
  ],
})
