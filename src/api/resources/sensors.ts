/** The agents and how they are. */
import Type from 'typebox'
import { defineResource, route } from '../route.ts'
import { text } from '../shapes/given-text.ts'
import { sensorPointShape, sensorShape } from '../shapes/sensor-shape.ts'
import { listOf, record } from '../shapes/shape.ts'
import { rangeOf, rangeQuery } from '../time-range.ts'

export const sensors = defineResource({
  name: 'sensors',
  doc: 'The agents that report here, and how they are.',
  routes: [
    route({
      method: 'GET',
      path: '/sensors',
      needs: 'viewer',
      summary: 'All sensors, as they said last.',
      answer: listOf(sensorShape),
      handler: ({ services }) => ({ items: services.store.state.sensors.list() }),
    }),
    route({
      method: 'GET',
      path: '/sensors/:host/points',
      needs: 'viewer',
      summary: 'Its past, thinned to so many points.',
      params: record({ host: text(255, 'Host name.') }),
      query: record({
        ...rangeQuery,
        points: Type.Optional(Type.Integer({ minimum: 1, maximum: 2000, description: 'At most so many. Default: 120.' })),
      }),
      answer: listOf(sensorPointShape),
      handler: ({ services, params, query }) => ({
        items: services.store.state.sensors.points(params.host, rangeOf(query, services.nowNs()), query.points ?? 120),
      }),
    }),
  ],
})
