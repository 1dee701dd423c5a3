/** What was done about something, and what people ask to be done. */
import Type from 'typebox'
import { ACTION_PHASES } from '../../findings/action-record.ts'
import { pageQuery, pageRequest } from '../paging.ts'
import { defineResource, route } from '../route.ts'
import { actionInfoShape, actionShape } from '../shapes/action-shape.ts'
import { perhaps, text } from '../shapes/given-text.ts'
import { listOf, oneOf, pageOf, record } from '../shapes/shape.ts'
import { there } from '../there.ts'

const actionId = record({ id: text(200, 'Id of the action.') })
const MAX_FOR_SECONDS = 30 * 86_400

const SUBJECT = record({
  hostname: text(255, 'The host on which it is done.'),
  processKey: perhaps(100, 'Of the process: `<pid>@<startNs>`.'),
  containerId: perhaps(100, 'Of the container.'),
  file: perhaps(4096, 'Path of a file; with a process, as that one sees it.'),
  ip: perhaps(64, 'An address or a network.'),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  findingId: perhaps(200, 'What led to it.'),
})

export const actions = defineResource({
  name: 'actions',
  doc: 'What was done about something, or would have been, with every step from the wish to the proof; and what people ask to be done.',
  routes: [
    route({
      method: 'GET',
      path: '/actions',
      needs: 'viewer',
      summary: 'Actions, newest first.',
      query: record({
        incident: perhaps(200, 'Id of the incident.'),
        finding: perhaps(200, 'Id of the finding.'),
        host: perhaps(255, 'Host name.'),
        phase: Type.Optional(oneOf(ACTION_PHASES, 'How far they came: `asked` for those that wait for somebody.')),
        ...pageQuery,
      }),
      answer: pageOf(actionShape),
      handler: ({ services, query: { incident, finding, host, phase, ...page } }) => {
        const wanted = {
          ...(incident !== undefined && { incidentId: incident }),
          ...(finding !== undefined && { findingId: finding }),
          ...(host !== undefined && { hostname: host }),
          ...(phase !== undefined && { phase }),
        }
        return services.store.state.actions.list(wanted, pageRequest(page))
      },
    }),
    route({
      method: 'POST',
      path: '/actions',
      needs: 'responder',
      summary: 'Do something about a process, a container, a file or an address.',
      doc: 'The agent of the host does it within a second, unless its guard refuses. With `mode` `dry-run` nothing is done: the answer tells whom it would touch. Settings that name files, sockets or servers count only as a response file says them.',
      body: record({
        action: text(100, 'Name of the action: see /catalogue/actions.'),
        settings: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'Of the action.' })),
        subject: SUBJECT,
        mode: Type.Optional(oneOf(['act', 'dry-run'], 'Default: dry-run.')),
        forSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_FOR_SECONDS, description: 'After which it is taken back.' })),
        incidentId: perhaps(200, 'To which it belongs.'),
      }),
      status: 202,
      answer: actionShape,
      audit: { action: 'action.ask', target: ({ body }) => `${body.action} on ${body.subject.hostname}` },
      handler: ({ services, body, who }) => {
        const { action, settings = {}, mode = 'dry-run', forSeconds, incidentId, subject } = body
        const { hostname, processKey, containerId, file, ip, port, findingId } = subject
        return services.responses.ask({
          ...{ action, settings, mode, forSeconds, incidentId, userId: who.user.id },
          subject: { hostname, processKey, containerId, file, ip, port, findingId },
        })
      },
    }),
    route({
      method: 'GET',
      path: '/actions/:id',
      needs: 'viewer',
      summary: 'One action with its steps.',
      params: actionId,
      answer: actionShape,
      handler: ({ services, params }) => there(services.store.state.actions.get(params.id), 'action', params.id),
    }),
    route({
      method: 'POST',
      path: '/actions/:id/answer',
      needs: 'responder',
      summary: 'Allow an action that waits, deny it, or take back one that stands.',
      params: actionId,
      body: record({ answer: oneOf(['approve', 'deny', 'undo']) }),
      status: 202,
      answer: actionShape,
      audit: { action: 'action.answer', target: ({ params }) => params.id },
      handler: ({ services, params, body, who }) => services.responses.answer(body.answer, params.id, who.user.id),
    }),
    route({
      method: 'GET',
      path: '/catalogue/actions',
      needs: 'viewer',
      summary: 'What can be done.',
      answer: listOf(actionInfoShape),
      handler: ({ services }) => ({ items: services.responses.actions() }),
    }),
  ],
})
