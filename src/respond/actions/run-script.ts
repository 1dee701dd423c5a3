/** What no action here does: a program of one's own, which somebody with a key has signed. */
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../lib/app-error.ts'
import { type ActionContext, type Done, defineAction } from '../action.ts'
import { mustBeKeptFolder, readKept } from '../kept-file.ts'
import { readScriptKeys, type ScriptKey, signerOf } from '../script-keys.ts'
import { runScript, type ScriptEnd } from '../script-run.ts'
import type { ActionSubject } from '../subject.ts'
import { subjectJson } from '../subject-json.ts'

const NAME = 'run-script'
const MAX_SCRIPT = 1 << 20
const MAX_SIGNATURE = 1024
/** Of what it said, in the record. */
const MAX_TOLD = 1000
/** Names in a folder and below: none begins with a dot. */
const SCRIPT = /^\w[\w.-]*(\/\w[\w.-]*){0,7}$/

const schema = z.object({
  script: z
    .string()
    .max(255)
    .regex(SCRIPT)
    .describe('Path of the script below the folder. Beside it lies its signature: the same name and .sig.'),
  folder: z
    .string()
    .startsWith('/')
    .max(1024)
    .default('/etc/tarsier/scripts')
    .describe('Folder of the scripts, in which only root can write. Default: /etc/tarsier/scripts.'),
  timeoutMs: z
    .number()
    .int()
    .min(100)
    .max(100_000)
    .default(30_000)
    .describe('After so long it is killed with all that it started, in ms. Default: 30000.'),
  maxOutputBytes: z
    .number()
    .int()
    .min(0)
    .max(1 << 20)
    .default(65_536)
    .describe('It is killed when it says more than that. Default: 65536.'),
})
type Settings = z.infer<typeof schema>

export const runScriptAction = defineAction({
  name: NAME,
  doc: 'Runs a script whose Ed25519 signature one of the keys in STATE/keys/scripts/*.pub made (tarsier respond sign-script). Without a shell and with an empty environment but for TARSIER_VERSION, TARSIER_SCRIPT, TARSIER_HOSTNAME, TARSIER_FINDING_ID, TARSIER_PID, TARSIER_START_NS and TARSIER_CONTAINER_ID, as far as they are known; the subject comes as JSON on standard input. It begins with #!. An exit code other than 0 is a failure. What it leaves running is ended with it.',
  needs: 'none',
  schema,
  places: ['folder'],
  examples: [{ doc: 'A script of one’s own.', with: { script: 'notify-oncall.sh', timeoutMs: 10_000 } }],
  reach: async () => ({ pids: [], processes: [], processCount: 0, containers: [] }),
  run: perform,
  verify: async (_subject, _config, { detail }) => {
    const verified = detail.exitCode === 0 && detail.gone === true
    return { verified, summary: `it ended with ${detail.exitCode}, and ${detail.gone === true ? 'nothing' : 'something'} of it runs` }
  },
  undo: undefined,
})

async function perform(subject: ActionSubject, config: Settings, context: ActionContext): Promise<Done> {
  const { bytes, signer } = checked(config, context)
  const run = {
    ...{ name: config.script, bytes, timeoutMs: config.timeoutMs, maxOutputBytes: config.maxOutputBytes },
    environment: environmentOf(subject, config.script),
    input: `${JSON.stringify(subjectJson(subject))}\n`,
  }
  const end = await expected(() => runScript(run, context))
  const told = end.output.slice(0, MAX_TOLD)
  const reason = reasonOf(end, config)
  if (reason !== undefined) throw new AppError('ACTION_FAILED', { action: NAME, reason: `${config.script} ${reason}: ${told}` })
  const left = end.leftBehind ? '; what it had left running was ended' : ''
  const detail = { script: config.script, signer, exitCode: 0, gone: end.gone, tookMs: end.tookMs, output: told }
  return { summary: `${config.script} (signed with ${signer}) ended well${left}`, detail, undo: undefined }
}

function reasonOf({ code, signal, killed }: ScriptEnd, { timeoutMs, maxOutputBytes }: Settings): string | undefined {
  if (killed === 'time') return `took longer than ${timeoutMs} ms and was killed`
  if (killed === 'output') return `said more than ${maxOutputBytes} bytes and was killed`
  if (signal !== undefined) return `was ended by ${signal}`
  return code === 0 ? undefined : `ended with ${code}`
}

interface Checked {
  readonly bytes: Buffer
  /** File name of the key. */
  readonly signer: string
}

/** Read once: what is checked here, is run. Throws AppError ACTION_FAILED. */
function checked({ script, folder }: Settings, { state }: ActionContext): Checked {
  const path = join(folder, script)
  try {
    mustBeKeptFolder(join(path, '..'))
    const { bytes } = readKept(path, { maxBytes: MAX_SCRIPT })
    if (!bytes.subarray(0, 2).equals(Buffer.from('#!'))) throw new Error(`${path} does not begin with #!`)
    const { bytes: signature } = readKept(`${path}.sig`, { maxBytes: MAX_SIGNATURE })
    const signer = signerOf(script, bytes, signature.toString('latin1'), keysOf(state))
    if (signer === undefined)
      throw new Error(`no key in ${keyFolder(state)} made the signature of ${path}: it was changed, or never signed by a key that counts`)
    return { bytes: Buffer.from(bytes), signer }
  } catch (error) {
    throw new AppError('ACTION_FAILED', { action: NAME, reason: (error as Error).message }, { cause: error })
  }
}

const keyFolder = (state: string): string => join(state, 'keys/scripts')

function keysOf(state: string): readonly ScriptKey[] {
  const folder = keyFolder(state)
  mustBeKeptFolder(folder)
  const keys = readScriptKeys(folder)
  if (keys.length === 0) throw new Error(`there is no key in ${folder}`)
  return keys
}

async function expected<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new AppError('ACTION_FAILED', { action: NAME, reason: (error as Error).message }, { cause: error })
  }
}

/** Nothing here can be chosen by who is watched but numbers and ids; the rest is in the JSON. */
function environmentOf({ hostname, findingId, process, container }: ActionSubject, script: string): Record<string, string> {
  const values = {
    TARSIER_VERSION: '1',
    TARSIER_SCRIPT: script,
    TARSIER_HOSTNAME: hostname,
    TARSIER_FINDING_ID: findingId,
    TARSIER_PID: process && String(process.pid),
    TARSIER_START_NS: process && String(process.startNs),
    TARSIER_CONTAINER_ID: container?.id,
  }
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, plain(value)]])))
}

/** Letters, digits and what ids have beside them: a script may paste it anywhere. */
const plain = (text: string): string => text.slice(0, 256).replace(/[^\w.:@+-]/g, '_')
