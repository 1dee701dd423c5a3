import { describe, expect, test } from 'vitest'
import { type Finding, PRIORITIES, type Priority } from './finding.ts'
import { countFindings, isLoud, sumByRule, type WorkloadNoise } from './noise-report.ts'
import { SAMPLE_FINDING } from './sample-finding.ts'

const finding = (rule: string, priority: Priority, output = rule): Finding => ({ ...SAMPLE_FINDING, rule, priority, output })

const ran = (workload: string, seconds: number, ...findings: readonly Finding[]): WorkloadNoise => ({
  ...{ workload, result: 'ran', reason: undefined, seconds },
  findings: countFindings(findings),
})

describe('noise', () => {
  test('findings are counted by rule and priority, the gravest first, with the first as the example', () => {
    const counted = countFindings([finding('a', 'notice'), finding('b', 'critical', 'first'), finding('b', 'critical', 'second')])
    expect(counted).toEqual([
      { rule: 'b', priority: 'critical', count: 2, example: 'first' },
      { rule: 'a', priority: 'notice', count: 1, example: 'a' },
    ])
  })

  test('a rate is over all the time observed, that of silent workloads, too', () => {
    const workloads = [ran('one', 900, finding('a', 'notice')), ran('two', 900, finding('a', 'notice')), ran('three', 1800)]
    expect(sumByRule(workloads, new Map([['a', 'it is so']]))).toEqual([
      { rule: 'a', priority: 'notice', count: 2, perHour: 2, workloads: ['one', 'two'], explanation: 'it is so' },
    ])
  })

  test('a rule that says nothing of its noise is not explained', () => {
    expect(sumByRule([ran('one', 3600, finding('a', 'error'))], new Map())[0]?.explanation).toBeNull()
  })

  test('loud is warning and above', () => {
    expect(PRIORITIES.filter((priority) => isLoud({ priority }))).toEqual(['emergency', 'alert', 'critical', 'error', 'warning'])
  })
})
