/** Services for tests of the API: a real store, and plain values where the server would think. */
import { SAMPLE_ACTION } from '../findings/sample-action.ts'
import { AppError } from '../lib/app-error.ts'
import type { Store } from '../store/store.ts'
import { createSampleHub } from './live/sample-hub.ts'
import type { ApiDiagnostic, Backtest, CaseService, EventService, ResponseService, RuleDetail, RuleService, Services } from './services.ts'
import { there } from './there.ts'

export interface SampleOptions {
  readonly store: Store
  readonly nowNs: () => number
}

export function sampleServices({ store, nowNs }: SampleOptions): Services {
  return {
    version: '0.0.0-test',
    store,
    events: sampleEvents(store),
    rules: sampleRules(),
    cases: sampleCases(store),
    live: createSampleHub(),
    responses: sampleResponses(store),
    coverage: (version) => ({ version: version ?? '18', techniques: [] }),
    nowNs,
  }
}

function sampleResponses({ state }: Store): ResponseService {
  const limits = { perMinute: 10, concurrent: 4, processes: 100, containers: 1 }
  return {
    inForce: () => ({
      responses: [{ name: 'stop odd programs', desc: '', mode: 'dry-run', actions: ['kill-tree'], limits, file: 'responses.yaml' }],
      protections: ['database'],
      maintenance: [{ name: 'night', mode: 'ask', open: false }],
      diagnostics: [],
    }),
    actions: () => [{ name: 'kill-tree', doc: 'Kills.', needs: 'process', undoable: false, settings: { type: 'object' } }],
    ask: async ({ action, mode, subject: { hostname } }) => {
      if (hostname !== 'web-1') throw new AppError('RESPONSE_NO_AGENT', { host: hostname })
      return { ...SAMPLE_ACTION, action, mode, phase: mode === 'act' ? 'asked' : 'planned' }
    },
    answer: (_, id) => there(state.actions.get(id), 'action', id),
    plan: async (yaml = '') => ({ diagnostics: diagnose(yaml), findings: 0, truncated: false, totals: [], planned: [] }),
  }
}

const WRONG: ApiDiagnostic = {
  severity: 'error',
  code: 'SYNTAX',
  message: 'something is missing here',
  line: 1,
  column: 1,
  endColumn: 2,
  hint: undefined,
}

/** A text with `wrong` in it has an error. */
const diagnose = (text: string): readonly ApiDiagnostic[] => (text.includes('wrong') ? [WRONG] : [])

function sampleEvents({ history }: Store): EventService {
  const queryOf = ({ condition: _, ...query }: Parameters<EventService['list']>[0]) => ({ ...query, filter: { op: 'true' } as const })
  return {
    list: async (query, page) => ({ ...(await history.list(queryOf(query), page)), exact: true, scanned: 0 }),
    facets: async (query, columns, limit) => ({
      facets: await history.facets(queryOf(query), columns, limit),
      total: await history.count(queryOf(query)),
      exact: true,
      scanned: 0,
    }),
    histogram: async (query, stepNs) => ({ points: await history.histogram(queryOf(query), stepNs), exact: true }),
    check: diagnose,
  }
}

const SAMPLE_RULE: RuleDetail = {
  name: 'Read of a password file',
  desc: 'Somebody reads /etc/shadow',
  priority: 'warning',
  enabled: true,
  shadow: false,
  origin: 'shipped',
  tags: ['host'],
  techniques: ['T1003.008'],
  confidence: 'high',
  form: 'condition',
  exceptions: 0,
  tests: 3,
  proven: true,
  overridden: false,
  why: undefined,
  condition: 'fd.name = /etc/shadow',
  output: 'Password file read',
  yaml: '- rule: Read of a password file\n',
  file: 'rules/credential-access/read-of-a-password-file.yaml',
  line: 1,
  exceptionList: [],
  noise: undefined,
}

function sampleRules(): RuleService {
  let rule = SAMPLE_RULE
  const known = (name: string): RuleDetail => there(name === rule.name ? rule : undefined, 'rule', name)
  const change = (name: string, changes: Partial<RuleDetail>): RuleDetail => {
    rule = { ...known(name), ...changes }
    return rule
  }
  const backtests = new Map<string, Backtest>()
  return {
    list: () => [summaryOf(rule)],
    get: (name) => (name === rule.name ? rule : undefined),
    validate: async (yaml) => diagnose(yaml),
    test: async (yaml) => ({ diagnostics: diagnose(yaml), results: [] }),
    language: () => [{ name: 'fd.name', kind: 'field', type: 'text', doc: 'Path of the file', takesArgument: false }],
    setState: (name, state) => change(name, { ...state, overridden: true }),
    reset: (name) => change(name, { ...SAMPLE_RULE }),
    save: () => [rule],
    remove: (name) => void known(name),
    addException: (name, exception) => change(name, { exceptions: 1, exceptionList: [{ ...exception, managed: true }] }),
    removeException: (name) => change(name, { exceptions: 0, exceptionList: [] }),
    tryOnHistory: (_, range) => {
      const id = `backtest-${backtests.size}`
      const begun: Backtest = { ...IDLE, id, range }
      backtests.set(id, begun)
      return begun
    },
    backtest: (id) => backtests.get(id),
    cancelBacktest: (id) => void backtests.delete(id),
  }
}

const IDLE: Omit<Backtest, 'id' | 'range'> = {
  state: 'running',
  scanned: 0,
  progress: 0,
  findings: 0,
  perDay: [],
  samples: [],
  unknownFields: [],
  error: undefined,
}

function summaryOf({
  why: _,
  condition: _1,
  output: _2,
  yaml: _3,
  file: _4,
  line: _5,
  exceptionList: _6,
  noise: _7,
  ...summary
}: RuleDetail) {
  return summary
}

function sampleCases({ state }: Store): CaseService {
  const entry = { timeNs: 1e18, kind: 'exec', text: 'bash ran', priority: undefined, id: '1@1#0', processKey: '1@1' } as const
  return {
    story: (id) => state.incidents.get(id) && { summary: 'Something happened.', sentences: [], nextActions: [] },
    tree: (id) => state.incidents.get(id) && { processes: [], truncated: false },
    incidentTimeline: async () => [entry],
    processTimeline: async () => [entry],
    activity: async () => ({ files: [], connections: [], libraries: [] }),
  }
}
