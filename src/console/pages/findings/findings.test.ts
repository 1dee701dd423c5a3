import { expect, test } from 'vitest'
import { SAMPLE_FINDING } from '../../../findings/sample-finding.ts'
import { exceptionParts } from './exception-parts.ts'
import { freshOf, listQuery, parseFindings } from './use-findings.ts'

test('the address says what is asked for, and what is shown beside it is no part of that', () => {
  const url = parseFindings({ rule: ['A', 'B'], priority: ['warning', 'x'], from: '7d', finding: 'f1', text: '' })
  expect(listQuery(url)).toEqual({
    ...{ from: '7d', to: undefined, text: undefined, rule: ['A', 'B'], priority: ['warning'], host: [], container: [], technique: [] },
    ...{ incident: undefined, process: undefined },
  })
})

test('an exception is offered by what tells the case, not by what passes', () => {
  const parts = exceptionParts({
    outputFields: {
      'proc.pid': 7,
      'proc.name': 'tar',
      'fd.name': '/etc/shadow',
      'user.name': null,
      'evt.type': 'openat',
      'proc.pname': 'cron',
    },
    lineage: [{ pid: 7, startNs: 1, name: 'tar', exePath: '/usr/bin/tar', cmdline: 'tar', user: 'root' }],
  })
  expect(parts).toEqual([
    { field: 'proc.exepath', value: '/usr/bin/tar', isUsed: true },
    { field: 'fd.name', value: '/etc/shadow', isUsed: true },
    { field: 'proc.pname', value: 'cron', isUsed: false },
    { field: 'proc.name', value: 'tar', isUsed: false },
  ])
})

test('what came live counts as new where it fits what is asked for, and is not there yet', () => {
  const one = { ...SAMPLE_FINDING, incidentId: undefined, excepted: false }
  const live = [
    one,
    { ...one, id: 'b', rule: 'Other' },
    { ...one, id: 'c', containerId: 'c1' },
    { ...one, id: 'd', timeNs: one.timeNs - 3600e9 },
  ]
  const fresh = (search: Parameters<typeof parseFindings>[0]): string[] => freshOf(live, parseFindings(search), [one]).map(({ id }) => id)
  expect(fresh({})).toEqual(['b', 'c'])
  expect(fresh({ rule: 'Other' })).toEqual(['b'])
  expect(fresh({ container: [''] })).toEqual(['b'])
  expect(fresh({ text: 'OTHER' })).toEqual(['b'])
  expect(fresh({ to: '2026-01-01T00:00:00Z' })).toEqual([])
})
