/** The stream of events that history keeps. */
import Type from 'typebox'
import { refuseErrors } from '../diagnosed-error.ts'
import { pageQuery, pageRequest } from '../paging.ts'
import { defineResource, route } from '../route.ts'
import type { EventQuery, Services } from '../services.ts'
import { columnShape, eventFacetsShape, eventShape, exactness } from '../shapes/event-shape.ts'
import { limitQuery } from '../shapes/facet-shape.ts'
import { chosen, perhaps, text, textOrNothing } from '../shapes/given-text.ts'
import { count, record, timeNs } from '../shapes/shape.ts'
import { there } from '../there.ts'
import { type GivenRange, rangeOf, rangeQuery, stepNsOf, stepQuery } from '../time-range.ts'

const LONGEST_CONDITION = 8000

const filter = {
  condition: Type.Optional(textOrNothing(LONGEST_CONDITION, 'Of the rule language, as in `tarsier events --filter`. Empty: everything.')),
  ...rangeQuery,
  host: chosen(255, 'Host name.'),
  kind: chosen(100, 'Kind of event, such as `file.open`.'),
  process: perhaps(100, 'Key of the process.'),
}

export const events = defineResource({
  name: 'events',
  doc: 'What happened, as far as history keeps it: each event with the fields that a rule sees. Conditions are those of the rule language.',
  routes: [
    route({
      method: 'GET',
      path: '/events',
      needs: 'viewer',
      summary: 'Events, newest first.',
      query: record({ ...filter, ...pageQuery }),
      answer: record({ items: Type.Array(eventShape), next: Type.Optional(Type.String()), ...exactness }),
      handler: ({ services, query }) => services.events.list(queryOf(services, query), pageRequest(query)),
    }),
    route({
      method: 'GET',
      path: '/events/facets',
      needs: 'viewer',
      summary: 'The most frequent values of columns, counted.',
      query: record({
        ...filter,
        column: Type.Array(columnShape(), { minItems: 1, maxItems: 12, description: 'Field of the language. May be repeated.' }),
        limit: limitQuery,
      }),
      answer: eventFacetsShape,
      handler: ({ services, query }) => services.events.facets(queryOf(services, query), query.column, query.limit ?? 20),
    }),
    route({
      method: 'GET',
      path: '/events/histogram',
      needs: 'viewer',
      summary: 'Events per step of time. Steps without events are left out.',
      query: record({ ...filter, step: stepQuery }),
      answer: record({
        points: Type.Array(record({ timeNs: timeNs('The beginning of the step.'), count: count() })),
        exact: exactness.exact,
      }),
      handler: ({ services, query }) => services.events.histogram(queryOf(services, query), stepNsOf(query.step)),
    }),
    route({
      method: 'GET',
      path: '/events/:host/:id',
      needs: 'viewer',
      summary: 'One event.',
      params: record({ host: text(255, 'Host name.'), id: text(200, 'As in `eventIds` of a finding.') }),
      answer: eventShape,
      handler: async ({ services, params }) => there(await services.store.history.get(params.host, params.id), 'event', params.id),
    }),
  ],
})

interface Given extends GivenRange {
  readonly condition?: string
  readonly host?: readonly string[]
  readonly kind?: readonly string[]
  readonly process?: string
}

/** Throws DiagnosedError CONDITION_INVALID: the places of the errors go with the problem. */
function queryOf(services: Services, given: Given): EventQuery {
  const { condition = '' } = given
  if (condition.trim() !== '') refuseErrors('CONDITION_INVALID', services.events.check(condition))
  return {
    condition: condition.trim(),
    range: rangeOf(given, services.nowNs()),
    ...(given.host && { hostnames: given.host }),
    ...(given.kind && { kinds: given.kind }),
    ...(given.process !== undefined && { processKey: given.process }),
  }
}
