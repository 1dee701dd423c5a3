/** What is done about findings, and what it leaves on the disk. No samples where responses are off. */
import { KEPT_FOLDERS } from '../responses/kept-folders.ts'
import type { AgentView } from './agent-view.ts'
import type { MetricDefinition, Sample } from './metric.ts'

type Responses = NonNullable<AgentView['responses']>

const gauge = (name: string, help: string, value: (responses: Responses) => number): MetricDefinition => ({
  ...{ name, help, type: 'gauge', labels: [] },
  read: ({ responses }) => (responses === undefined ? [] : [{ value: value(responses) }]),
})

const ofFolders = (
  responses: Responses | undefined,
  value: (kept: Responses['kept'][(typeof KEPT_FOLDERS)[number]]) => number,
): Sample[] => (responses === undefined ? [] : KEPT_FOLDERS.map((folder) => ({ labels: [folder], value: value(responses.kept[folder]) })))

export const responseMetrics: readonly MetricDefinition[] = [
  {
    name: 'response_steps_total',
    help: 'Steps of actions: asked (somebody has to allow it), denied, expired (nobody answered), planned (a dry run), allowed or refused (by the guard), executed, verified or unverified, failed, rolled-back, rollback-failed.',
    type: 'counter',
    labels: ['action', 'mode', 'step'],
    read: ({ responses }) =>
      responses?.steps.map(({ action, mode, phase, count }) => ({ labels: [action, mode, phase], value: count })) ?? [],
  },
  {
    name: 'response_repeated_total',
    help: 'Requests that were the same as one just before, or that stands: nothing was done.',
    type: 'counter',
    labels: [],
    read: ({ responses }) => (responses === undefined ? [] : [{ value: responses.repeated }]),
  },
  {
    name: 'response_untold_total',
    help: 'Findings whose responses were beyond their limits, and beyond the refusals that are worth a record.',
    type: 'counter',
    labels: [],
    read: ({ responses }) => (responses === undefined ? [] : [{ value: responses.untold }]),
  },
  gauge('responses', 'Responses that are on.', ({ responses }) => responses),
  gauge('responses_running', 'Requests that are under way.', ({ running }) => running),
  gauge('responses_waiting', 'Actions that wait for a person.', ({ waiting }) => waiting),
  gauge('responses_standing', 'Actions that stand and can be taken back.', ({ standing }) => standing),
  {
    name: 'kept_bytes',
    help: 'What responses keep on the disk: evidence, flight (what came before findings), quarantine. Measured every ten minutes.',
    type: 'gauge',
    labels: ['folder'],
    read: ({ responses }) => ofFolders(responses, ({ bytes }) => bytes),
  },
  {
    name: 'kept_deleted_bytes_total',
    help: 'What of it was thrown away since it was too much or too old.',
    type: 'counter',
    labels: ['folder'],
    read: ({ responses }) => ofFolders(responses, ({ deleted }) => deleted.bytes),
  },
]
