/** Isolation where the kernel has BPF among its security modules: `node families-alone.ts PROGRAM`. Prints what socket(2) comes to inside, and what the rule says of itself. */
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createNative } from '../../src/sources/ebpf/native-containment.ts'

const group = '/sys/fs/cgroup/tarsier-families'
const native = createNative()
mkdirSync(group)
const errno = native.restrictNetwork({ key: 'k', cgroup: group, kind: 'allow-only', destinations: [] })
// AF_PACKET, SOCK_RAW; AF_VSOCK, SOCK_STREAM; AF_INET, SOCK_STREAM; AF_UNIX, SOCK_STREAM.
const child = spawn(process.argv[2] ?? '', ['17', '3', '0', '40', '1', '0', '2', '1', '0', '1', '1', '0'], {
  stdio: ['pipe', 'pipe', 'ignore'],
})
writeFileSync(`${group}/cgroup.procs`, String(child.pid))
child.stdin.write('go\n')
const said = await new Promise<string>((resolve) => child.stdout.once('data', (text: Buffer) => resolve(text.toString())))
child.stdin.end()
console.log(JSON.stringify({ errno, state: native.networkState('k'), said: said.trim().split(' ').map(Number) }))
