import { describe, expect, test } from 'vitest'
import { sampleRecord } from '../events/sample-event.ts'
import { CURL, execOf, forkOf, header, openOf, read, S, SHELL, SYSTEMD, station } from './sample-station.ts'

const ID = '3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a74837233de441c3601e'

describe('the container', () => {
  const inside = { childMntNs: 201, childPidNs: 101, childVpid: 1 }

  test('of a process that moved into a cgroup is seen by its id', () => {
    const enricher = station({ cgroup: (pid) => (pid === 10 ? `0::/docker/${ID}\n` : '0::/init.scope\n') })
    enricher.enrich(forkOf(SYSTEMD, 10, 10 * S, inside))
    const event = enricher.enrich(openOf(SHELL, 11 * S, { cgroupId: 77, mntNs: 201, pidNs: 101, vpid: 1 }))
    expect(read(event, 'container.id')).toBe(ID.slice(0, 12))
    expect(read(event, 'proc.pidns_init_start_ts')).toBe(1_700_000_010 * S)
    expect(read(enricher.enrich(openOf(SYSTEMD, 12 * S)), 'container.id')).toBe('host')
  })

  test('a pid namespace that got the number of one that is gone begins with its own first process', () => {
    const enricher = station({ cgroup: () => '0::/init.scope\n' })
    for (const [pid, seconds] of [
      [10, 10],
      [12, 20],
      [11, 15],
    ] as const)
      enricher.enrich(forkOf(SYSTEMD, pid, seconds * S, inside))
    const event = enricher.enrich(openOf({ pid: 12, startNs: 20 * S }, 21 * S, { mntNs: 201, pidNs: 101, vpid: 1 }))
    expect(read(event, 'proc.pidns_init_start_ts')).toBe(1_700_000_020 * S)
  })

  test('is known for later processes of the cgroup without another look', () => {
    let reads = 0
    const enricher = station({
      cgroup: () => {
        reads++
        return `0::/docker/${ID}\n`
      },
    })
    for (let pid = 100; pid < 200; pid++) {
      const event = enricher.enrich(openOf({ pid, startNs: pid * S }, 300 * S, { cgroupId: 77, mntNs: 201 }))
      expect(read(event, 'container.id')).toBe(ID.slice(0, 12))
    }
    // Once for pid 1 in the snapshot, once for the cgroup.
    expect(reads).toBe(2)
  })

  test('is not believed of a process in the mount namespace of the host', () => {
    const enricher = station({ cgroup: () => `0::/docker/${ID}\n` })
    expect(read(enricher.enrich(openOf(SHELL, 11 * S, { cgroupId: 77 })), 'container.id')).toBe('host')
  })

  test('on a host with version 1 is found at the exec in new namespaces, and inherited', () => {
    const enricher = station({ cgroup: (pid) => (pid === 10 ? `4:memory:/docker/${ID}\n0::/\n` : '4:memory:/\n0::/\n') })
    const boxed = { mntNs: 201, pidNs: 101 }
    enricher.enrich(forkOf(SYSTEMD, 10, 10 * S, inside))
    enricher.enrich(execOf(SHELL, 11 * S, '/bin/sh', 'sh\0', boxed))
    enricher.enrich(forkOf(SHELL, 20, 20 * S, { childMntNs: 201, childPidNs: 101, ...boxed }))
    const event = enricher.enrich(openOf(CURL, 21 * S, boxed))
    expect(read(event, 'container.id')).toBe(ID.slice(0, 12))
    expect(read(event, 'thread.cgroup.memory')).toBe(`/docker/${ID}`)
  })
})

describe('the cgroup of a process that is gone before it can be looked at', () => {
  const hybrid = (pid: number) => (pid === 1 ? '4:memory:/demo\n0::/\n' : undefined)

  test('is still that of its parent after an exec', () => {
    const enricher = station({ cgroup: hybrid })
    enricher.enrich(forkOf(SYSTEMD, 10, 10 * S, { childMntNs: 201 }))
    const event = enricher.enrich(execOf(SHELL, 11 * S, '/bin/sh', 'sh\0', { mntNs: 201 }))
    expect(event.process?.cgroup).toBe('/demo')
  })

  test('is that of its parent when its fork was not seen', () => {
    const enricher = station({ cgroup: hybrid })
    const event = enricher.enrich(openOf({ ...SHELL, ppid: 1 }, 11 * S, { parentStartNs: 1 }))
    expect(event.process?.cgroup).toBe('/demo')
  })
})

describe('a cgroup of version 2', () => {
  test('is found by its id when the process is gone, with one look at all cgroups', () => {
    let walks = 0
    const enricher = station({
      cgroup: (pid) => (pid === 1 ? '0::/init.scope\n' : undefined),
      cgroups: () => {
        walks++
        return [[77, `/docker/${ID}`]]
      },
    })
    const gone = (pid: number, cgroupId: number) => enricher.enrich(openOf({ pid, startNs: pid * S }, 300 * S, { cgroupId, mntNs: 201 }))
    expect(read(gone(100, 77), 'container.id')).toBe(ID.slice(0, 12))
    for (let pid = 200; pid < 300; pid++) expect(read(gone(pid, pid), 'container.id')).toBe('host')
    expect(walks).toBe(1)
  })
})

describe('a container that has ended before anybody looks', () => {
  const made = (cgroupId: number, path: string) => sampleRecord('cgroup.make', { ...header(SYSTEMD, 9 * S), madeId: cgroupId, path })
  const inside = (cgroupId: number) => openOf({ pid: 50, startNs: 50 * S }, 51 * S, { cgroupId, mntNs: 201 })
  const configPath = `/var/lib/docker/containers/${ID}/config.v2.json`

  test('has the path that its cgroup was made with', () => {
    const enricher = station({ cgroup: (pid) => (pid === 1 ? '0::/init.scope\n' : undefined) })
    expect(read(enricher.enrich(inside(78)), 'container.id')).toBe('host')
    enricher.enrich(made(77, `/system.slice/docker-${ID}.scope`))
    const event = enricher.enrich(openOf({ pid: 60, startNs: 60 * S }, 61 * S, { cgroupId: 77, mntNs: 201 }))
    expect(read(event, 'container.id')).toBe(ID.slice(0, 12))
    expect(event.process?.cgroup).toBe(`/system.slice/docker-${ID}.scope`)
  })

  test('has the name that its runtime had for it when the cgroup was made', () => {
    let files = [configPath]
    const file = (path: string) => (files.includes(path) ? { text: '{"Name":"/web"}', mtimeNs: 1 } : undefined)
    const enricher = station({ cgroup: (pid) => (pid === 1 ? '0::/init.scope\n' : undefined), file })
    enricher.enrich(made(77, `/system.slice/docker-${ID}.scope`))
    files = []
    expect(read(enricher.enrich(inside(77)), 'container.name')).toBe('web')
  })

  test('is told by what its runtime says later, while that is there', () => {
    let name = 'early'
    const file = (path: string) => (path === configPath ? { text: `{"Name":"/${name}"}`, mtimeNs: 1 } : undefined)
    const enricher = station({ cgroup: (pid) => (pid === 1 ? '0::/init.scope\n' : undefined), file })
    enricher.enrich(made(77, `/system.slice/docker-${ID}.scope`))
    name = 'late'
    expect(read(enricher.enrich(inside(77)), 'container.name')).toBe('late')
  })

  test('is looked for no more often than its cgroup is made, and not without end', () => {
    let asked = 0
    const enricher = station({ cgroup: () => undefined, file: () => void asked++ })
    for (let number = 0; number < 1000; number++) enricher.enrich(made(1000 + number, `/${number.toString(16).padStart(64, 'a')}`))
    expect(asked).toBeGreaterThan(0)
    expect(asked).toBeLessThan(1000)
  })

  test('who still runs says more than what was told of its cgroup', () => {
    const hybrid = `5:pids:/docker/${ID}\n0::/other\n`
    const enricher = station({ cgroup: (pid) => (pid === 50 ? hybrid : '0::/init.scope\n') })
    enricher.enrich(made(77, '/other'))
    expect(enricher.enrich(inside(77)).process?.cgroups).toHaveLength(2)
  })
})

describe('names of users', () => {
  const accounts = {
    version: '1',
    passwd: 'root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n',
    group: 'app:x:1000:\n',
    uidMap: '',
    gidMap: '',
  }

  test("come from the process's own mount namespace", () => {
    const asked: number[] = []
    const enricher = station({
      accounts: (_, mntNs, done) => {
        asked.push(mntNs)
        done(mntNs === 201 ? { ...accounts, passwd: 'web:x:1000:1000::/srv:/bin/false\n' } : accounts)
      },
    })
    const user = (mntNs: number) => read(enricher.enrich(openOf(SHELL, 11 * S, { euid: 1000, mntNs })), 'user.name')
    expect([user(200), user(201), user(200)]).toEqual(['app', 'web', 'app'])
    expect(asked).toEqual([200, 201])
  })

  test('of ids mapped by a user namespace are those inside', () => {
    const enricher = station({ accounts: (_, __, done) => done({ ...accounts, uidMap: '         0     100000      65536\n' }) })
    const user = (euid: number) => read(enricher.enrich(openOf(SHELL, 11 * S, { euid })), 'user.name')
    expect([user(101_000), user(100_000), user(1000)]).toEqual(['app', 'root', undefined])
  })

  test('are read again when the file changed, not before five seconds', () => {
    let version = 1
    const enricher = station({
      accounts: (_, __, done) => done({ ...accounts, version: String(version), passwd: `u${version}:x:1000:1000::/:/\n` }),
    })
    const user = (timeNs: number) => read(enricher.enrich(openOf(SHELL, timeNs, { euid: 1000 })), 'user.name')
    expect(user(11 * S)).toBe('u1')
    version = 2
    expect([user(12 * S), user(17 * S)]).toEqual(['u1', 'u2'])
  })

  test.each([
    ['an id that is no number', 'evil:x:0x0:0::/:/\nroot:x:0:0::/root:/bin/sh\n', 'root'],
    ['an id out of range', 'evil:x:4294967296:0::/:/\nroot:x:0:0::/root:/bin/sh\n', 'root'],
    ['a second line for the same id', 'root:x:0:0::/root:/bin/sh\nevil:x:0:0::/:/\n', 'root'],
    ['lines without fields', '\n:::\nroot\nroot:x:0:0::/root:/bin/sh', 'root'],
    ['a name without end', `${'a'.repeat(100_000)}:x:0:0::/:/\n`, 'a'.repeat(256)],
    ['a million lines', 'a:b:c\n'.repeat(170_000), 'root'],
  ])('hostile /etc/passwd: %s', (_, passwd, expected) => {
    const enricher = station({ accounts: (_, __, done) => done({ ...accounts, passwd }) })
    expect(read(enricher.enrich(openOf(SHELL, 11 * S, { euid: 0 })), 'user.name')).toBe(expected)
  })
})

describe('names of addresses', () => {
  const message = Buffer.from(
    // Answer 192.0.2.7 to A example.org.
    '12348180000100010000000007' +
      '6578616d706c65' +
      '03' +
      '6f7267' +
      '00' +
      '00010001' +
      'c00c' +
      '00010001' +
      '0000003c' +
      '0004' +
      'c0000207',
    'hex',
  )
  const dns = { family: 2, socketType: 2, protocol: 17, remotePort: 53, remoteAddress: Buffer.from([127, 0, 0, 53]), payload: message }

  test('come from answers that were seen', () => {
    const enricher = station()
    const connect = sampleRecord('net.connect', {
      ...header(SHELL, 12 * S),
      family: 2,
      role: 1,
      remoteAddress: Buffer.from([192, 0, 2, 7]),
      remotePort: 443,
    })
    expect(read(enricher.enrich(connect), 'fd.sip.name')).toBeUndefined()
    enricher.enrich(sampleRecord('net.recv', { ...header(SHELL, 11 * S), ...dns }))
    expect(read(enricher.enrich(connect), 'fd.sip.name')).toBe('example.org')
  })

  test('are not learned from another port', () => {
    const enricher = station()
    enricher.enrich(sampleRecord('net.recv', { ...header(SHELL, 11 * S), ...dns, remotePort: 5353 }))
    expect(enricher.counters().domains).toBe(0)
  })
})
