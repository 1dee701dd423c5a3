/**
 * Makes test/recordings/demo.tsr, which `npm run dev` replays: plays tools/demo/scenario.sh in a root directory of its own and keeps only
 * what its processes did, so that nothing of the host that it was made on stands in it.
 *
 *   debootstrap --variant=minbase bookworm DEBIAN
 *   node tools/record-demo.ts DEBIAN [FILE]
 *
 * DEBIAN is changed by the story. Needs root and the built sensor. Loopback port 4444 must be free.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KINDS } from '../src/events/kinds.ts'
import { type Batch, batchOf } from '../src/events/raw-record.ts'
import type { HeaderRecord } from '../src/events/records.gen.ts'
import { eachRecord } from '../src/sources/each-record.ts'
import { openKernelSource } from '../src/sources/ebpf.ts'
import { createRecording } from '../src/sources/recording.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const [debian, file = join(ROOT, 'test/recordings/demo.tsr')] = process.argv.slice(2)
if (debian === undefined) throw new Error('which Debian? node tools/record-demo.ts DEBIAN [FILE]')
const HOST = { hostname: 'inference-1', kernel: '6.18.0' }

prepare(debian)
// /proc in a mount namespace of its own, which ends with the story.
const enter = 'mount -t proc proc "$0/proc" && exec chroot "$0" /bin/bash -c "read; exec /bin/bash /srv/scenario.sh"'
const shell = spawn('unshare', ['--mount', '/bin/sh', '-c', enter, debian], {
  env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', USER: 'root', SHELL: '/bin/bash', LANG: 'C' },
  stdio: ['pipe', 'ignore', 'inherit'],
})
await new Promise((resolve) => setTimeout(resolve, 500)) // it has become the shell, which waits for a line
const family = new Set([shell.pid ?? 0])
const kept: Buffer[] = []
const source = openKernelSource({ kinds: new Set(KINDS.map(({ name }) => name)), onBatch: (batch) => kept.push(...ofFamily(batch)) })
const snapshot = ofFamily(source.snapshot())
shell.stdin?.end('\n')
const [code] = await once(shell, 'exit')
await source.stop()
if (code !== 0) throw new Error(`the story ended with ${code}`)

rmSync(file, { force: true })
mkdirSync(join(file, '..'), { recursive: true })
const writer = await createRecording(file, { host: { ...HOST, bootEpochNs: source.bootEpochNs } })
writer.snapshot(batchOf(Buffer.concat(snapshot)))
writer.events(batchOf(Buffer.concat(kept)))
console.log(await writer.close({ kind: 'tarsier-host', bootId: 'demo', facts: facts(), lost: 0 }))

/** Copies of the records of the story's processes: a child belongs to it when its parent does. */
function ofFamily(batch: Batch): Buffer[] {
  const records: Buffer[] = []
  eachRecord(batch, (record: HeaderRecord) => {
    if (!family.has(record.pid)) return
    if ('childPid' in record) family.add(record.childPid as number)
    const padded = Buffer.alloc((record.size + 7) & ~7)
    record.batch.bytes.copy(padded, 0, record.at, record.at + record.size)
    records.push(padded)
  })
  return records
}

function prepare(folder: string): void {
  for (const path of ['srv/models', 'opt/vllm', 'root/.ssh', 'root/.cache/huggingface', 'etc/cron.d'])
    mkdirSync(join(folder, path), { recursive: true })
  copyFileSync(join(ROOT, 'tools/demo/scenario.sh'), join(folder, 'srv/scenario.sh'))
  writeFileSync(join(folder, 'srv/models/llama.safetensors'), Buffer.alloc(1 << 20, 7))
  writeFileSync(join(folder, 'root/.cache/huggingface/token'), 'not a token\n')
  writeFileSync(join(folder, 'root/.bash_history'), 'ls\n')
  writeFileSync(join(folder, 'opt/vllm/vllm'), '#!/usr/bin/perl\nsystem($ARGV[0]);\n')
  chmodSync(join(folder, 'opt/vllm/vllm'), 0o755)
}

/** What a replay may ask of the host: nobody but root is known. */
function facts(): object {
  const accounts = {
    version: '1',
    passwd: 'root:x:0:0:root:/root:/bin/bash\n',
    group: 'root:x:0:\n',
    uidMap: '0 0 4294967295\n',
    gidMap: '0 0 4294967295\n',
  }
  const namespaces = new Set<number>()
  for (const bytes of [...snapshot, ...kept]) eachRecord(batchOf(bytes), (record) => void namespaces.add(record.mntNs))
  return {
    version: 1,
    hostname: HOST.hostname,
    process: {},
    cgroup: {},
    arguments: {},
    accounts: Object.fromEntries([...namespaces].map((id) => [id, [[1, accounts]]])),
    file: {},
    directory: {},
    fileId: {},
  }
}
