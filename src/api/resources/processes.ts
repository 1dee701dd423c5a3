/** Processes that lived. */
import Type from 'typebox'
import { pageQuery, pageRequest } from '../paging.ts'
import { defineResource, route } from '../route.ts'
import type { Services } from '../services.ts'
import { perhaps, text } from '../shapes/given-text.ts'
import { timelineEntryShape } from '../shapes/incident-shape.ts'
import { activityShape, processRecordShape, processShape, treeShape } from '../shapes/process-shape.ts'
import { listOf, pageOf, record } from '../shapes/shape.ts'
import { there } from '../there.ts'
import { rangeOf, rangeQuery } from '../time-range.ts'

const processKey = record({
  host: text(255, 'Host name.'),
  key: Type.String({ pattern: '^\\d{1,10}@\\d{1,20}$', description: 'Names the process for ever.', examples: ['1234@81000000000'] }),
})

export const processes = defineResource({
  name: 'processes',
  doc: 'Processes that lived, with their lineage. A process is named by its host and its key: `<pid>@<start in ns since boot>`.',
  routes: [
    route({
      method: 'GET',
      path: '/processes',
      needs: 'viewer',
      summary: 'Processes that lived at some time in the range, the latest started first.',
      query: record({
        ...rangeQuery,
        host: perhaps(255, 'Host name.'),
        text: perhaps(500, 'Somewhere in name, path, command line, user, container; case is ignored.'),
        container: perhaps(200, 'Id of the container.'),
        alive: Type.Optional(Type.Boolean({ description: 'true: only those that have not ended.' })),
        ...pageQuery,
      }),
      answer: pageOf(processShape),
      handler: ({ services, query }) => {
        const wanted = {
          range: rangeOf(query, services.nowNs()),
          ...(query.host !== undefined && { hostname: query.host }),
          ...(query.text !== undefined && { text: query.text }),
          ...(query.container !== undefined && { containerId: query.container }),
          ...(query.alive !== undefined && { alive: query.alive }),
        }
        return services.store.state.processes.list(wanted, pageRequest(query))
      },
    }),
    route({
      method: 'GET',
      path: '/processes/:host/:key',
      needs: 'viewer',
      summary: 'One process, with every state that it was in.',
      params: processKey,
      answer: record({ process: processShape, states: Type.Array(processRecordShape) }),
      handler: ({ services, params }) => ({
        process: processOf(services, params),
        states: services.store.state.processes.states(params.host, params.key),
      }),
    }),
    route({
      method: 'GET',
      path: '/processes/:host/:key/tree',
      needs: 'viewer',
      summary: 'It, its ancestors, and what descends from it.',
      params: processKey,
      query: record({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000, description: 'At most so many. Default: 2000.' })) }),
      answer: treeShape,
      handler: ({ services, params, query }) => {
        processOf(services, params)
        return services.store.state.processes.tree(params.host, params.key, query.limit ?? 2000)
      },
    }),
    route({
      method: 'GET',
      path: '/processes/:host/:key/timeline',
      needs: 'viewer',
      summary: 'What it did, in order.',
      params: processKey,
      query: record({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'At most so many. Default: 500.' })) }),
      answer: listOf(timelineEntryShape),
      handler: async ({ services, params, query }) => {
        processOf(services, params)
        return { items: await services.cases.processTimeline(params.host, params.key, query.limit ?? 500) }
      },
    }),
    route({
      method: 'GET',
      path: '/processes/:host/:key/activity',
      needs: 'viewer',
      summary: 'Its files, connections and libraries, gathered.',
      params: processKey,
      answer: activityShape,
      handler: ({ services, params }) => {
        processOf(services, params)
        return services.cases.activity(params.host, params.key)
      },
    }),
  ],
})

const processOf = ({ store }: Services, { host, key }: { readonly host: string; readonly key: string }) =>
  there(store.state.processes.get(host, key), 'process', key)
