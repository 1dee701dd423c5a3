/** What was found. */
import Type from 'typebox'
import { PRIORITIES } from '../../findings/finding.ts'
import { FINDING_FACETS, type FindingQuery } from '../../store/state-store.ts'
import { pageQuery, pageRequest } from '../paging.ts'
import { defineResource, route } from '../route.ts'
import { facetShape, limitQuery } from '../shapes/facet-shape.ts'
import { priorityShape, storedFindingShape } from '../shapes/finding-shape.ts'
import { chosen, chosenOf, chosenOrNone, id, perhaps } from '../shapes/given-text.ts'
import { count, pageOf, record, timeNs } from '../shapes/shape.ts'
import { there } from '../there.ts'
import { type GivenRange, rangeOf, rangeQuery, stepNsOf, stepQuery } from '../time-range.ts'

const filter = {
  ...rangeQuery,
  rule: chosen(500, 'Name of the rule.'),
  priority: chosenOf(PRIORITIES, 'Exactly this priority; for one and all more urgent ones name them all.'),
  tag: chosen(200, 'Tag of the rule.'),
  host: chosen(255, 'Host name.'),
  container: chosenOrNone(200, 'Id of the container.'),
  technique: chosen(20, 'Technique of ATT&CK.'),
  incident: perhaps(200, 'Id of the incident.'),
  process: perhaps(100, 'Key of the process.'),
  text: perhaps(500, 'Somewhere in rule, output, command line; case is ignored.'),
}

export const findings = defineResource({
  name: 'findings',
  doc: 'What was found: a rule that matched, with the reason spelled out. Newest first.',
  routes: [
    route({
      method: 'GET',
      path: '/findings',
      needs: 'viewer',
      summary: 'Findings, newest first.',
      query: record({ ...filter, ...pageQuery }),
      answer: pageOf(storedFindingShape),
      handler: ({ services, query }) => services.store.state.findings.list(queryOf(query, services.nowNs()), pageRequest(query)),
    }),
    route({
      method: 'GET',
      path: '/findings/facets',
      needs: 'viewer',
      summary: 'The most frequent values, counted.',
      doc: 'What is chosen in a facet does not narrow that facet itself.',
      query: record({ ...filter, limit: limitQuery }),
      answer: record({
        facets: record(Object.fromEntries(FINDING_FACETS.map((facet) => [facet, Type.Optional(Type.Array(facetShape))]))),
        total: count(),
      }),
      handler: ({ services, query: { limit = 20, ...given } }) => {
        const { findings: store } = services.store.state
        const query = queryOf(given, services.nowNs())
        return { facets: store.facets(query, FINDING_FACETS, limit), total: store.count(query) }
      },
    }),
    route({
      method: 'GET',
      path: '/findings/histogram',
      needs: 'viewer',
      summary: 'Findings per step of time, by priority. Steps without findings are left out.',
      query: record({ ...filter, step: stepQuery }),
      answer: record({
        points: Type.Array(record({ timeNs: timeNs('The beginning of the step.'), priority: priorityShape(), count: count() })),
      }),
      handler: ({ services, query: { step, ...given } }) => ({
        points: services.store.state.findings.histogram(queryOf(given, services.nowNs()), stepNsOf(step)),
      }),
    }),
    route({
      method: 'GET',
      path: '/findings/:id',
      needs: 'viewer',
      summary: 'One finding.',
      params: record({ id: id('the finding') }),
      answer: storedFindingShape,
      handler: ({ services, params }) => there(services.store.state.findings.get(params.id), 'finding', params.id),
    }),
  ],
})

interface Given extends GivenRange {
  readonly rule?: readonly string[]
  readonly priority?: FindingQuery['priorities']
  readonly tag?: readonly string[]
  readonly host?: readonly string[]
  readonly container?: readonly string[]
  readonly technique?: readonly string[]
  readonly incident?: string
  readonly process?: string
  readonly text?: string
}

/** Those of an incident or a process are wanted however old they are. */
function queryOf(given: Given, nowNs: number): FindingQuery {
  const isOfOne = given.incident !== undefined || given.process !== undefined
  const range = isOfOne && given.from === undefined && given.to === undefined ? undefined : rangeOf(given, nowNs)
  return {
    ...(range && { range }),
    ...(given.rule && { rules: given.rule }),
    ...(given.priority && { priorities: given.priority }),
    ...(given.tag && { tags: given.tag }),
    ...(given.host && { hostnames: given.host }),
    ...(given.container && { containerIds: given.container }),
    ...(given.technique && { techniques: given.technique }),
    ...(given.incident !== undefined && { incidentId: given.incident }),
    ...(given.process !== undefined && { processKey: given.process }),
    ...(given.text !== undefined && { text: given.text }),
  }
}
