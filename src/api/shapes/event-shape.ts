/** Events as JSON. */
import Type from 'typebox'
import { HISTORY_COLUMNS, type HistoryColumn } from '../../findings/history-event.ts'
import type { WholeEvent } from '../../store/history-store.ts'
import type { ApiDiagnostic } from '../services.ts'
import { facetShape } from './facet-shape.ts'
import { count, nounShape, oneOf, optionalText, record, timeNs } from './shape.ts'

const COLUMNS = Object.keys(HISTORY_COLUMNS) as [HistoryColumn, ...HistoryColumn[]]

export const columnShape = (description?: string) => oneOf(COLUMNS, description)

export const eventShape = nounShape<WholeEvent>()('WholeEvent', 'An event with the fields of its process: what a rule sees.', {
  id: Type.String(),
  hostname: Type.String(),
  timeNs: timeNs('When it happened.'),
  kind: Type.String({ examples: ['file.open'] }),
  type: Type.String({ description: '`evt.type`.' }),
  processId: optionalText(),
  processKey: optionalText(),
  fields: Type.Record(Type.String(), Type.Unknown(), { description: 'By their names in the rule language.' }),
})

/** How far an answer can be trusted. */
export const exactness = {
  exact: Type.Boolean({ description: 'False: the condition was run event by event, and what was looked at has an end.' }),
  scanned: count('Events that were looked at for it.'),
} as const

export const eventFacetsShape = record({
  facets: record(
    Object.fromEntries(COLUMNS.map((column) => [column, Type.Optional(Type.Array(facetShape))])) as Record<
      HistoryColumn,
      ReturnType<typeof facets>
    >,
  ),
  total: count(),
  ...exactness,
})

const facets = () => Type.Optional(Type.Array(facetShape))

export const diagnosticShape = nounShape<ApiDiagnostic>()('Diagnostic', 'What is wrong in a text; places count from 1.', {
  severity: oneOf(['error', 'warning']),
  code: Type.String(),
  message: Type.String(),
  line: count(),
  column: count(),
  endColumn: count(),
  hint: optionalText(),
})
