import { describe, expect, test } from 'vitest'
import { METRICS } from '../metrics.ts'
import type { AgentView } from './agent-view.ts'
import type { MetricDefinition } from './metric.ts'
import { ruleMetrics } from './rule-metrics.ts'
import { metricsText } from './text-format.ts'

const NOTHING = {} as AgentView
const gauge = (labels: readonly string[], values: readonly string[], value = 1): MetricDefinition => ({
  ...{ name: 'x', help: 'A thing.', type: 'gauge', labels },
  read: () => [{ labels: values, value }],
})
const lines = (metric: MetricDefinition): string[] => metricsText([metric], NOTHING).split('\n')

describe('the text of metrics', () => {
  test.each<[string, string, string]>([
    ['a quote ends no label', 'a"} 1\\', 'tarsier_x{rule="a\\"} 1\\\\"} 1'],
    ['a line break forges no line', 'a\ntarsier_forged 1', 'tarsier_x{rule="a\\ntarsier_forged 1"} 1'],
    ['control characters act on no terminal', 'a\x1b[2Jb\r\x9bc\u2028', 'tarsier_x{rule="a\uFFFD[2Jb\uFFFD\uFFFDc\uFFFD"} 1'],
    ['half a surrogate pair is no text', 'a\udc80', 'tarsier_x{rule="a\uFFFD"} 1'],
  ])('%s', (_, name, expected) => {
    expect(lines(gauge(['rule'], [name]))).toEqual(['# HELP tarsier_x A thing.', '# TYPE tarsier_x gauge', expected, ''])
  })

  test.each([
    [0, '0'],
    [0.1, '0.1'],
    [1e21, '1e+21'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf'],
  ])('%s is written %s', (value, expected) => {
    expect(lines(gauge([], [], value))[2]).toBe(`tarsier_x ${expected}`)
  })

  test('a histogram adds its buckets up and ends with that of all', () => {
    const histogram: MetricDefinition = {
      ...{ name: 'h', help: 'H.', type: 'histogram', labels: [] },
      read: () => ({ bounds: [0.1, 1], counts: [2, 3], count: 6, sum: 9.5 }),
    }
    expect(lines(histogram).slice(2, -1)).toEqual([
      'tarsier_h_bucket{le="0.1"} 2',
      'tarsier_h_bucket{le="1"} 5',
      'tarsier_h_bucket{le="+Inf"} 6',
      'tarsier_h_sum 9.5',
      'tarsier_h_count 6',
    ])
  })
})

describe('the metrics', () => {
  test('have names of their own, in the usual form', () => {
    const names = METRICS.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const { name, type, help, labels } of METRICS) {
      expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/)
      expect(help).toMatch(/\.$/)
      expect(name.endsWith('_total')).toBe(type === 'counter')
      for (const label of labels) expect(label).toMatch(/^[a-z]+$/)
    }
  })

  test('thousands of rules are a thousand label values, and one for the rest with their sum', () => {
    const rules = Array.from({ length: 3000 }, (_, number) => `Rule ${number}`)
    const costs = { rules: new Map(rules.map((rule) => [rule, { evaluations: 0, matches: 2, seconds: 0 }])) }
    const text = metricsText(
      ruleMetrics.filter(({ name }) => name === 'rule_matches_total'),
      { rules, costs } as unknown as AgentView,
    )
    const samples = text.split('\n').filter((line) => line.startsWith('tarsier_'))
    expect(samples).toHaveLength(1001)
    expect(samples.at(-1)).toBe('tarsier_rule_matches_total{rule="other rules"} 4000')
  })
})
