/** Lets others look at the running agent: metrics over HTTP where that is asked for, and always over a socket of root for `tarsier top` and `tarsier doctor`. */
import { rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AppError } from '../lib/app-error.ts'
import { safeJson } from '../lib/escape.ts'
import { formatListenAddress, isLoopback, type ListenAddress } from '../lib/listen-address.ts'
import type { Log } from '../lib/log.ts'
import { costReport } from './cost-report.ts'
import type { Costs } from './costs.ts'
import type { HooksReport } from './hooks-report.ts'
import type { LiveEvents } from './live-events.ts'
import type { AgentView } from './metrics/agent-view.ts'
import { metricsText, TEXT_FORMAT } from './metrics/text-format.ts'
import { METRICS } from './metrics.ts'
import { type Answer, type Answers, createAnswerServer } from './observation/answers.ts'
import { listenAsRoot, listenOn } from './observation/listen.ts'

export interface ObservationOptions {
  /** Where metrics are served; undefined: nowhere but on the socket. */
  readonly address: ListenAddress | undefined
  /** Whether the kernel measures its programs all the while. */
  readonly measurePrograms: boolean
  readonly view: () => AgentView
  readonly hooks: () => HooksReport
  readonly costs: Pick<Costs, 'measureUntil'>
  readonly knobs: Pick<LiveEvents['knobs'], 'measurePrograms'>
  readonly log: Log
}

export interface Observation {
  readonly close: () => void
}

/** Who looked once wants to look again: so long is measured on after an answer. */
const LEASE_MS = 5000
const HEALTHY: Answer = { contentType: 'text/plain; charset=utf-8', body: 'ok\n' }

/** @throws {AppError} METRICS_LISTEN when nothing can listen at the address. Without the socket the agent runs all the same. */
export async function openObservation(options: ObservationOptions): Promise<Observation> {
  const { address, measurePrograms, costs, knobs, log } = options
  const lease = createLease(knobs, measurePrograms)
  const servers: Server[] = []
  if (measurePrograms) lease.always()
  if (address !== undefined) {
    costs.measureUntil(Number.POSITIVE_INFINITY)
    servers.push(await openMetrics(address, options))
  }
  const socket = await openSocket(options, lease.renew, servers)
  if (address !== undefined) sayAddress(servers[0] as Server, log)
  return Object.freeze({
    close: () => {
      lease.end()
      for (const server of servers) {
        server.close()
        server.closeAllConnections()
      }
      if (socket !== undefined) rmSync(socket, { force: true })
    },
  })
}

async function openMetrics(address: ListenAddress, options: ObservationOptions): Promise<Server> {
  const { host } = address
  const hosts = isLoopback(host) ? new Set([host.toLowerCase(), 'localhost', '127.0.0.1', '::1']) : undefined
  const server = createAnswerServer({ answers: metricsAnswers(options), hosts })
  await listenOn(server, address)
  if (!isLoopback(host)) options.log.warning('metrics can be read by everyone who reaches this address', { address: host })
  return server
}

function metricsAnswers({ view }: ObservationOptions): Answers {
  return new Map([
    ['/metrics', () => ({ contentType: TEXT_FORMAT, body: metricsText(METRICS, view()) })],
    ['/healthz', () => HEALTHY],
  ])
}

/** Pushes the server onto `servers`; returns the path, undefined without one. */
async function openSocket(options: ObservationOptions, renew: () => void, servers: Server[]): Promise<string | undefined> {
  const { view, hooks, costs, log } = options
  const report = (query: URLSearchParams): Answer => {
    costs.measureUntil(performance.now() + LEASE_MS)
    if (query.get('programs') === '1') renew()
    return json(costReport(view(), Date.now() / 1e3))
  }
  const answers: Answers = new Map([...metricsAnswers(options), ['/costs', report], ['/hooks', () => json(hooks())]])
  const server = createAnswerServer({ answers, hosts: undefined })
  try {
    const path = await listenAsRoot(server)
    servers.push(server)
    return path
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    log.info('tarsier top cannot ask this agent', { reason: error.message })
    return undefined
  }
}

const json = (report: object): Answer => ({ contentType: 'application/json', body: `${safeJson(report)}\n` })

function sayAddress(server: Server, log: Log): void {
  const { address, port } = server.address() as AddressInfo
  log.info('metrics', { url: `http://${formatListenAddress({ host: address, port })}/metrics` })
}

/** The kernel measures only while somebody looks. */
function createLease(knobs: ObservationOptions['knobs'], forEver: boolean) {
  let timer: NodeJS.Timeout | undefined
  const stop = (): void => {
    clearTimeout(timer)
    if (!forEver) knobs.measurePrograms(false)
  }
  return {
    always: () => knobs.measurePrograms(true),
    renew: () => {
      clearTimeout(timer)
      if (forEver) return
      knobs.measurePrograms(true)
      timer = setTimeout(stop, LEASE_MS)
      timer.unref()
    },
    end: () => {
      clearTimeout(timer)
      knobs.measurePrograms(false)
    },
  }
}
