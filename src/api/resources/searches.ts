/** Searches that people keep. */
import { randomUUID } from 'node:crypto'
import Type from 'typebox'
import type { SavedSearch } from '../../store/state-store.ts'
import { defineResource, route } from '../route.ts'
import { id, text } from '../shapes/given-text.ts'
import { listOf, nounShape, record, timeNs } from '../shapes/shape.ts'
import { there } from '../there.ts'

const searchShape = nounShape<SavedSearch>()('SavedSearch', 'An address of the console that somebody keeps.', {
  id: Type.String(),
  userId: Type.String(),
  name: Type.String(),
  url: Type.String(),
  shared: Type.Boolean(),
  createdNs: timeNs('When it was saved.'),
})

export const searches = defineResource({
  name: 'searches',
  doc: 'Searches that people keep, for themselves or for all.',
  routes: [
    route({
      method: 'GET',
      path: '/searches',
      needs: 'viewer',
      summary: 'Yours, and those that are shared.',
      answer: listOf(searchShape),
      handler: ({ services, who }) => ({ items: services.store.state.searches.list(who.user.id) }),
    }),
    route({
      method: 'POST',
      path: '/searches',
      needs: 'viewer',
      summary: 'Keep a search.',
      body: record({
        name: text(100, 'Of the search.'),
        url: Type.String({ maxLength: 4000, pattern: '^/(?![/\\\\])[^\\s\\\\]*$', description: 'Of the console: `/events?…`.' }),
        shared: Type.Boolean({ description: 'Others see it.' }),
      }),
      status: 201,
      answer: searchShape,
      audit: { action: 'search.add', target: ({ body }) => body.name },
      handler: ({ services, who, body }) => {
        const search: SavedSearch = { ...body, id: randomUUID(), userId: who.user.id, createdNs: services.nowNs() }
        services.store.state.searches.save(search)
        return search
      },
    }),
    route({
      method: 'DELETE',
      path: '/searches/:id',
      needs: 'viewer',
      summary: 'Take one of yours away.',
      params: record({ id: id('the search') }),
      audit: { action: 'search.remove', target: ({ params }) => params.id },
      handler: ({ services, who, params }) => {
        there(services.store.state.searches.remove(params.id, who.user.id) || undefined, 'search', params.id)
      },
    }),
  ],
})
