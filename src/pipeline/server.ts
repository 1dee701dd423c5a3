/** The server: takes what agents send, keeps it, and makes of it what people ask for. How it is asked is the API's. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Services } from '../api/services.ts'
import type { ResponseChoice } from '../lang/response-choice.ts'
import type { RuleChoice } from '../lang/rule-choice.ts'
import { AppError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { openStore } from '../store/embedded.ts'
import { createCaseService } from './server/case-service.ts'
import { createCoverageReports } from './server/coverage-reports.ts'
import { createEventService } from './server/event-service.ts'
import { openIngest } from './server/ingest.ts'
import { createIntake, type IntakeCounts } from './server/intake.ts'
import { createLiveHub } from './server/live-hub.ts'
import { createOrderDesk } from './server/orders.ts'
import { createResponseService, type KeptResponseService } from './server/response-service.ts'
import { createRuleService } from './server/rules-service.ts'

export interface ServerOptions {
  /** The folder of what outlives a run. */
  readonly state: string
  /** Those that the agent runs. */
  readonly rules: RuleChoice
  readonly responses: ResponseChoice
  /** The rules that come with Tarsier: a file or folder. */
  readonly shippedRules: string
  /** Path of the ledger of proofs. */
  readonly ledger: string
  readonly version: string
  readonly log: Log
}

export interface OpenedServer {
  readonly services: Services
  readonly counts: () => IntakeCounts
  /** What is under way is still done. */
  readonly close: () => Promise<void>
}

/** What became of orders that got lost. */
const SETTLE_MS = 15_000
const EXPIRE_MS = 10 * 60_000
const FIRST_EXPIRE_MS = 60_000

/** Throws AppError STORE_*, FILE_*. */
export async function openServer({
  state,
  rules: choice,
  responses,
  shippedRules,
  ledger,
  version,
  log,
}: ServerOptions): Promise<OpenedServer> {
  const nowNs = (): number => Date.now() * 1e6
  const store = await openStore({ folder: join(state, 'store'), nowNs, version, log })
  try {
    const live = createLiveHub(randomUUID().slice(0, 8))
    const rules = createRuleService({
      ...{ choice, managedFolder: join(state, 'rules'), shippedRules, store, ledger, hub: live, log },
      nowMs: () => performance.now(),
    })
    const { ruleSet } = rules
    const intake = createIntake({ store, hub: live, log, newId: newIncidentId })
    const orders = createOrderDesk(() => performance.now())
    const ingest = await openIngest({ socketPath: join(state, 'server', 'ingest.sock'), intake, orders, log })
    const responding = createResponseService({ choice: responses, store, hub: live, orders, nowNs })
    const timers = [...keepWithin(async () => void (await store.expire(nowNs())), log), settling(responding, log)]
    const services: Services = {
      version,
      store,
      live,
      rules,
      events: createEventService({ history: store.history, ruleSet }),
      cases: createCaseService({ store, nowNs }),
      responses: responding,
      coverage: createCoverageReports({ ruleSet, ledger, nowNs }),
      nowNs,
    }
    const close = async (): Promise<void> => {
      for (const timer of timers) clearTimeout(timer)
      await ingest.close()
      await rules.close()
      await store.close()
    }
    return Object.freeze({ services, counts: intake.counts, close })
  } catch (error) {
    await store.close()
    throw error
  }
}

/** Sorts by the time of its making. */
const newIncidentId = (): string => `inc-${Date.now().toString(36)}-${randomUUID().slice(0, 8)}`

/** A store that cannot throw anything away says so and goes on. */
function keepWithin(expire: () => Promise<void>, log: Log): NodeJS.Timeout[] {
  const attempt = (): void =>
    void expire().catch((error: Error) => log.error('old things could not be thrown away', { reason: error.message }))
  return [setTimeout(attempt, FIRST_EXPIRE_MS), setInterval(attempt, EXPIRE_MS)]
}

/** A store that takes nothing says so and goes on. */
function settling({ settle }: Pick<KeptResponseService, 'settle'>, log: Log): NodeJS.Timeout {
  return setInterval(() => {
    try {
      settle()
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      log.error('what became of lost orders could not be written down', { reason: error.message })
    }
  }, SETTLE_MS)
}
