/** Findings that belong together, and the work of people on them. */
import { randomUUID } from 'node:crypto'
import Type from 'typebox'
import { INCIDENT_STATES } from '../../findings/incident.ts'
import { pageQuery, pageRequest } from '../paging.ts'
import { defineResource, route } from '../route.ts'
import type { Services } from '../services.ts'
import { chosen, chosenOf, id, perhaps, text } from '../shapes/given-text.ts'
import { incidentShape, noteShape, storyShape, timelineEntryShape } from '../shapes/incident-shape.ts'
import { treeShape } from '../shapes/process-shape.ts'
import { listOf, oneOf, pageOf, record } from '../shapes/shape.ts'
import { there } from '../there.ts'
import { perhapsRangeOf, rangeQuery } from '../time-range.ts'

const incidentId = record({ id: id('the incident') })
const MOST_PROCESSES = 5000
const MOST_LINES = 1000

const limitOf = (preset: number, most: number) =>
  record({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: most, description: `At most so many. Default: ${preset}.` })) })

export const incidents = defineResource({
  name: 'incidents',
  doc: 'Findings that belong together: one story.',
  routes: [
    route({
      method: 'GET',
      path: '/incidents',
      needs: 'viewer',
      summary: 'Incidents, the riskiest first. Without from and to: of all times.',
      query: record({
        ...rangeQuery,
        state: chosenOf(INCIDENT_STATES, 'State.'),
        host: chosen(255, 'Host name.'),
        assignee: perhaps(200, 'Id of the user who has taken it.'),
        text: perhaps(500, 'Somewhere in title and rules; case is ignored.'),
        order: Type.Optional(oneOf(['risk', 'last'], '`last`: those added to last come first. Default: risk.')),
        ...pageQuery,
      }),
      answer: pageOf(incidentShape),
      handler: ({ services, query }) => {
        const range = perhapsRangeOf(query, services.nowNs())
        const wanted = {
          ...(range && { range }),
          ...(query.state && { states: query.state }),
          ...(query.host && { hostnames: query.host }),
          ...(query.assignee !== undefined && { assignee: query.assignee }),
          ...(query.text !== undefined && { text: query.text }),
          order: query.order ?? 'risk',
        }
        return services.store.state.incidents.list(wanted, pageRequest(query))
      },
    }),
    route({
      method: 'GET',
      path: '/incidents/:id',
      needs: 'viewer',
      summary: 'One incident.',
      params: incidentId,
      answer: incidentShape,
      handler: ({ services, params }) => incidentOf(services, params.id),
    }),
    route({
      method: 'PATCH',
      path: '/incidents/:id',
      needs: 'analyst',
      summary: 'Change its state, or who has taken it (null: nobody).',
      params: incidentId,
      body: record({
        state: Type.Optional(oneOf(INCIDENT_STATES)),
        assignee: Type.Optional(Type.Union([id('the user'), Type.Null()])),
      }),
      answer: incidentShape,
      audit: { action: 'incident.change', target: ({ params }) => params.id },
      handler: ({ services, access, params, body }) => {
        if (typeof body.assignee === 'string') there(access.store.users.get(body.assignee), 'user', body.assignee)
        const incident = there(services.store.state.incidents.update(params.id, body), 'incident', params.id)
        services.live.publish({ kind: 'incident', incident })
        return incident
      },
    }),
    route({
      method: 'GET',
      path: '/incidents/:id/story',
      needs: 'viewer',
      summary: 'It, told in sentences, with what could be done about it.',
      params: incidentId,
      answer: storyShape,
      handler: ({ services, params }) => there(services.cases.story(params.id), 'incident', params.id),
    }),
    route({
      method: 'GET',
      path: '/incidents/:id/tree',
      needs: 'viewer',
      summary: 'Every process of its findings, with ancestors and descendants.',
      params: incidentId,
      query: limitOf(2000, MOST_PROCESSES),
      answer: treeShape,
      handler: ({ services, params, query }) => there(services.cases.tree(params.id, query.limit ?? 2000), 'incident', params.id),
    }),
    route({
      method: 'GET',
      path: '/incidents/:id/timeline',
      needs: 'viewer',
      summary: 'What happened, in order.',
      params: incidentId,
      query: limitOf(500, MOST_LINES),
      answer: listOf(timelineEntryShape),
      handler: async ({ services, params, query }) => {
        incidentOf(services, params.id)
        return { items: await services.cases.incidentTimeline(params.id, query.limit ?? 500) }
      },
    }),
    route({
      method: 'GET',
      path: '/incidents/:id/notes',
      needs: 'viewer',
      summary: 'What people wrote about it.',
      params: incidentId,
      answer: listOf(noteShape),
      handler: ({ services, params }) => ({ items: services.store.state.incidents.notes(incidentOf(services, params.id).id) }),
    }),
    route({
      method: 'POST',
      path: '/incidents/:id/notes',
      needs: 'analyst',
      summary: 'Write something about it.',
      params: incidentId,
      body: record({ text: text(10_000, 'Plain text.') }),
      status: 201,
      answer: noteShape,
      audit: { action: 'incident.note', target: ({ params }) => params.id },
      handler: ({ services, params, body, who }) => {
        const { id: incident } = incidentOf(services, params.id)
        const { id: userId, name: userName } = who.user
        const note = { id: randomUUID(), incidentId: incident, timeNs: services.nowNs(), userId, userName, text: body.text }
        services.store.state.incidents.addNote(note)
        return note
      },
    }),
  ],
})

const incidentOf = ({ store }: Services, incident: string) => there(store.state.incidents.get(incident), 'incident', incident)
