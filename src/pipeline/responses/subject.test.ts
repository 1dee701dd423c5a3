import { expect, test } from 'vitest'
import { SAMPLE_HOST, sampleProcess } from '../../events/sample-event.ts'
import { workloadName } from './subject.ts'

const own = { pid: 4711, startNs: 5, name: 'sh', exePath: '' }

test.each([
  ['/user.slice/user-1000.slice/user@1000.service/app.slice/chosen.service', 1000, '/user.slice/user-1000.slice user 1000'],
  ['/system.slice/nginx.service/decoy-7', 33, '/system.slice/nginx.service user 33'],
  ['/', 0, '/ user 0'],
])('on the host a process in %s of user %i shares with its unit and user', (cgroup, uid, name) => {
  const view = { ...SAMPLE_HOST, process: () => sampleProcess({ cgroup, uid }) }
  expect(workloadName({ container: undefined, process: own }, view)).toBe(name)
})

test('in a container it shares with the container, and what is not known any more with all of the host', () => {
  const container = { id: 'a'.repeat(64), name: 'web', image: undefined, pod: undefined }
  expect(workloadName({ container, process: own }, SAMPLE_HOST)).toBe('container aaaaaaaaaaaa')
  expect(workloadName({ container: undefined, process: own }, { ...SAMPLE_HOST, process: () => undefined })).toBe('host')
})
