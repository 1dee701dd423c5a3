/**
 * Runs in the emulated machine: the agent with rules that only BPF LSM can enforce, and what it denies tried out. `denying.ts ATTEMPTS MODULE DEEP`: the compiled
 * attempts.c, a module for this kernel, the compiled deep.c. Writes a `Denying`, as JSON.
 */
import { spawnSync } from 'node:child_process'
import { chownSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type PrintedFinding, startTarsier } from '../tarsier.ts'

export interface Denying {
  /** By act the errno of the attempt. */
  readonly denied: Readonly<Record<string, number | null>>
  readonly allowed: Readonly<Record<string, number | null>>
  /** What an excepted program read. */
  readonly read: string
  /** The errno of a protected program. */
  readonly trusted: number | null
  /** Of one that hosts need, by who runs it. */
  readonly needed: { readonly byRoot: number | null; readonly byAnother: number | null }
  /** Where no name leads: a program that is run, and one that opens. */
  readonly deep: { readonly exec: number | null; readonly open: number | null }
  /** When the agent was killed. */
  readonly after: Readonly<Record<string, number | null>>
  readonly told: readonly PrintedFinding[]
  readonly stderr: string
}

const [attempts = '', module = '', deep = ''] = process.argv.slice(2)
const BASE = '/tmp/denying'
/** There the kernel takes long to verify programs. */
const READY_MS = 150_000
/** Denied by a rule in shadow: only told. */
const QUIET_USER = '1236'
/** May run nothing in a place. */
const DROPPING_USER = 1237
/** Its path is one of those that are built in. */
const NEEDED = '/usr/local/bin/kubelet'
const at = (name: string): string => `${BASE}/${name}`

/** By the act: what is denied, the rule's condition, and the like of it that is not. */
const CASES: readonly { readonly act: string; readonly denied: string; readonly allowed: string; readonly condition: string }[] = [
  {
    act: 'exec',
    denied: at('tool'),
    allowed: at('other'),
    condition: `evt.type in (execve, execveat) and (proc.exepath = ${at('tool')} or proc.exepath startswith ${at('drop/')} and user.uid = ${DROPPING_USER})`,
  },
  {
    act: 'open',
    denied: at('secret/key'),
    allowed: at('public/key'),
    condition: `evt.type in (open, openat, openat2) and evt.is_open_read = true and fd.typechar = 'f' and fd.name startswith ${at('secret/')} and not proc.exepath in (/usr/bin/cat)`,
  },
  { act: 'connect', denied: '4444', allowed: '4445', condition: 'evt.type = connect and fd.sport = 4444 and fd.l4proto = tcp' },
  { act: 'reach', denied: '127.9.0.1', allowed: '127.8.0.1', condition: 'evt.type = connect and fd.snet in (127.9.0.0/16)' },
  { act: 'unix', denied: at('door'), allowed: at('gate'), condition: `evt.type = connect and fd.name = ${at('door')}` },
  {
    act: 'mount',
    denied: at('secret'),
    allowed: at('public'),
    condition: `evt.type in (mount, move_mount) and mount.target pmatch (${at('secret')}) and mount.fstype = tmpfs`,
  },
  { act: 'attach', denied: 'x', allowed: '', condition: 'evt.type = ptrace and evt.arg.request = PTRACE_ATTACH and proc.name = attempts' },
  { act: 'traced', denied: 'x', allowed: '', condition: 'evt.type = ptrace and evt.arg.request = PTRACE_TRACEME and container.id = host' },
  {
    act: 'program',
    denied: 'x',
    allowed: '',
    condition: `evt.type = bpf and evt.rawres >= 0 and evt.arg.cmd = BPF_PROG_LOAD and proc.exepath = ${at('attempts')}`,
  },
  {
    act: 'module',
    denied: at('modules/denied.ko'),
    allowed: at('modules/allowed.ko'),
    condition: `evt.type in (init_module, finit_module) and module.path startswith ${at('modules/den')}`,
  },
  { act: 'setuid', denied: '1234', allowed: '1235', condition: 'evt.type in (setuid, setresuid) and user.uid = 1234' },
]

for (const folder of ['secret', 'public', 'modules', 'state']) mkdirSync(at(folder), { recursive: true })
for (const name of ['secret/key', 'public/key']) writeFileSync(at(name), 'key')
for (const name of ['modules/denied.ko', 'modules/allowed.ko']) copyFileSync(module, at(name))
for (const name of ['tool', 'other']) copyFileSync('/usr/bin/true', at(name))
for (const name of ['attempts', 'trusted']) copyFileSync(attempts, at(name))
copyFileSync(deep, at('deep'))
const rule = (name: string, condition: string) => ({
  rule: name,
  desc: 'A test.',
  condition,
  output: name,
  priority: 'NOTICE',
  prevent: true,
})
const quiet = { ...rule('quiet', `evt.type = setuid and user.uid = ${QUIET_USER}`), shadow: true }
const rules = [...CASES.map(({ act, condition }) => rule(act, condition)), quiet]
writeFileSync(at('rules.yaml'), JSON.stringify(rules))

const run = (act: string, argument: string, program = 'attempts'): number | null => spawnSync(at(program), [act, argument]).status
const once = (argument: 'denied' | 'allowed') =>
  Object.fromEntries(CASES.filter((one) => one[argument] !== '').map((one) => [one.act, run(one.act, one[argument])]))

const options = ['--state', at('state'), '--json', '--no-compat', '--prevent', 'act', '--prevent-protect', at('trusted')]
const agent = await startTarsier(['run', '--rules', at('rules.yaml'), ...options], [], READY_MS)
const denied = once('denied')
const read = spawnSync('/usr/bin/cat', [at('secret/key')], { encoding: 'utf8' }).stdout
const trusted = run('open', at('secret/key'), 'trusted')
mkdirSync(dirname(NEEDED), { recursive: true })
copyFileSync(attempts, NEEDED)
const byUser = (uid: number): number | null => spawnSync(NEEDED, ['open', at('secret/key')], { uid }).status
const needed = { byRoot: byUser(0), byAnother: byUser(65_534) }
const deepDown = (uid: number, program: string, ...args: readonly string[]): number | null =>
  spawnSync(at('deep'), [at(String(uid)), '20', '250', program, ...args], { uid }).status
for (const uid of [0, DROPPING_USER]) {
  mkdirSync(at(String(uid)))
  chownSync(at(String(uid)), uid, 0)
}
const lost = { exec: deepDown(DROPPING_USER, '/usr/bin/true'), open: deepDown(0, attempts, 'open', at('secret/key')) }
const allowed = { ...once('allowed'), map: run('map', 'x'), quiet: run('setuid', QUIET_USER) }
const told = () => agent.findings().filter(({ output }) => /prevented/.test(output))
for (let tries = 0; told().length <= CASES.length && tries < 100; tries++) await sleep(100)
const { stderr } = await agent.stop('SIGKILL')
const after = { exec: run('exec', at('tool')), open: run('open', at('secret/key')), setuid: run('setuid', '1234') }
process.stdout.write(JSON.stringify({ denied, allowed, read, trusted, needed, deep: lost, after, told: told(), stderr } satisfies Denying))
