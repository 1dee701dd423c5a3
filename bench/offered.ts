/**
 * 1 million events a second offered for 10 s by as many processes as cores, nothing filtered: what is received, what is lost, and is
 * each lost one counted? Once nothing is folded; then equal events are, as the agent has it. The budget: at most 0.1 % lost, none of them silently, and memory that does not grow with the load.
 */
import { lostOf, type Offer, offerEvents, silentOf } from './offer-events.ts'

const PER_SECOND = 1_000_000
const SECONDS = process.argv.includes('--quick') ? 3 : 10
const LOADS: readonly Pick<Offer, 'kind' | 'foldWindowMs'>[] = [
  { kind: 'file.open' },
  { kind: 'signal.kill' },
  { kind: 'signal.kill', foldWindowMs: 1000 },
]

const count = (value: number): string => value.toLocaleString('en-US')

for (const load of LOADS) {
  const result = await offerEvents({ ...load, perSecond: PER_SECOND, seconds: SECONDS })
  const { offered, received, receivedOfOthers, folded, sent, lost, leftOut, unreadable, seconds, residentMiB } = result
  const strayed = Math.max(0, sent.least - received - receivedOfOthers)
  console.log(
    `${load.kind}${load.foldWindowMs ? ', equal ones folded' : ''}: ${count(PER_SECOND)} a second asked for; the machine made ${count(offered)} within ${seconds.toFixed(1)} s (${(offered / seconds / 1e6).toFixed(2)} M/s): ${count(received)} received, ${count(folded)} folded, ${count(lostOf(result))} counted as lost (${((lostOf(result) / offered) * 100).toFixed(3)} %: ${count(lost.reserved)} to keep the reserve of the ring, ${count(lost.full)} since it was full, ${count(lost.nested)} since hooks nested); lost silently: ${count(Math.max(0, silentOf(result)))}. Of ${count(sent.least)} records sent by the end of the load, of everybody's, ${strayed} did not arrive. RSS of the reader ${residentMiB.before.toFixed(0)} MiB before, at most ${residentMiB.most.toFixed(0)} MiB.`,
  )
  if (silentOf(result) > 0 || strayed !== 0 || unreadable > 0 || leftOut > 0) {
    console.error(`silently lost ${silentOf(result)}, strayed ${strayed}, unreadable ${unreadable}, left out ${leftOut}`)
    process.exitCode = 1
  }
}
