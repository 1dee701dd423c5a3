import { describe, expect, test } from 'vitest'
import { createGuardedJobs } from './guarded-jobs.ts'

const turn = (ms = 0) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const LIMITS = { running: 2, waiting: 5, stuckMs: 20 }

describe('guarded jobs', () => {
  test('run a few at a time, and all are heard', async () => {
    const jobs = createGuardedJobs(LIMITS)
    const heard: (number | undefined)[] = []
    let most = 0
    let running = 0
    const job = (result: number) => async () => {
      most = Math.max(most, ++running)
      await turn()
      running--
      return result
    }
    for (let each = 0; each < 5; each++) jobs.run(job(each), (result) => heard.push(result))
    await turn(60)
    expect(heard).toEqual([0, 1, 2, 3, 4])
    expect(most).toBe(2)
    expect(jobs.counters()).toEqual({ stuck: 0, givenUp: 0 })
  })

  test('are given up while too many do not come back, and go on when these do', async () => {
    const jobs = createGuardedJobs(LIMITS)
    const heard: string[] = []
    const release: (() => void)[] = []
    const endless = () => new Promise<string>((resolve) => release.push(() => resolve('late')))
    for (const name of ['a', 'b', 'c', 'd']) jobs.run(endless, (result) => heard.push(`${name} ${result}`))
    await turn(60)
    expect(heard).toEqual(['c undefined', 'd undefined'])
    jobs.run(endless, (result) => heard.push(`e ${result}`))
    expect(heard.at(-1)).toBe('e undefined')
    expect(jobs.counters()).toEqual({ stuck: 2, givenUp: 3 })
    for (const one of release) one()
    await turn(5)
    expect(heard.slice(-2)).toEqual(['a late', 'b late'])
    jobs.run(
      async () => 'fine',
      (result) => heard.push(`f ${result}`),
    )
    await turn(5)
    expect(heard.at(-1)).toBe('f fine')
    expect(jobs.counters().stuck).toBe(0)
  })

  test('beyond the number that may wait are refused at once', () => {
    const jobs = createGuardedJobs(LIMITS)
    let refused = 0
    for (let each = 0; each < 20; each++)
      jobs.run(
        () => new Promise<number>(() => {}),
        (result) => result === undefined && refused++,
      )
    expect(refused).toBe(13)
    expect(jobs.counters().givenUp).toBe(13)
  })
})
