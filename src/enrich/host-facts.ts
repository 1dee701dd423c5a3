/** What was read of a host, as JSON beside a recording, and a HostReader that answers from it: a replay asks nothing of its own host. */
import { z } from 'zod'
import { AppError } from '../lib/app-error.ts'
import type { AccountFiles, ArgumentFacts, Done, FileId, FileText, HostReader, ProcessFacts, UsageFacts } from './host-reader.ts'

const processFacts = z.object({
  startTicks: z.number(),
  ppid: z.number(),
  comm: z.string(),
  pgid: z.number(),
  sid: z.number(),
  tty: z.number(),
  exePath: z.string(),
  cwd: z.string(),
  uid: z.number(),
  gid: z.number(),
  euid: z.number(),
  egid: z.number(),
})
const threadFacts = z.object({
  ...{ startTicks: z.number(), minorFaults: z.number(), majorFaults: z.number(), userTicks: z.number(), systemTicks: z.number() },
})
const usageFacts = z.object({
  ...{ startTicks: z.number(), threads: z.number(), vmSizeKb: z.number(), vmRssKb: z.number(), vmSwapKb: z.number() },
  ...{ openFiles: z.number(), openFilesLimit: z.number(), thread: threadFacts.nullable() },
})
const argumentFacts = z.object({ startTicks: z.number(), cmdline: z.string(), environ: z.string() })
const accountFiles = z.object({ version: z.string(), passwd: z.string(), group: z.string(), uidMap: z.string(), gidMap: z.string() })
const fileText = z.object({ text: z.string(), mtimeNs: z.number() })

/** By what was asked: how many times in a row an answer was given, and the answer; null where there was none. */
const answers = <T extends z.ZodType>(answer: T) => z.record(z.string(), z.array(z.tuple([z.number().int().positive(), answer.nullable()])))

const hostFacts = z.object({
  version: z.literal(1),
  hostname: z.string(),
  process: answers(processFacts),
  usage: answers(usageFacts).optional(),
  cgroup: answers(z.string()),
  cgroups: answers(z.array(z.tuple([z.number(), z.string()]))).optional(),
  arguments: answers(argumentFacts),
  accounts: answers(accountFiles),
  file: answers(fileText),
  directory: answers(z.array(z.string())),
  fileId: answers(z.object({ dev: z.number(), ino: z.number() })),
})

export type HostFacts = z.infer<typeof hostFacts>

/** Checks facts that came from a file. @throws {AppError} HOST_FACTS */
export function parseHostFacts(json: unknown): HostFacts {
  const parsed = hostFacts.safeParse(json)
  if (!parsed.success) throw new AppError('HOST_FACTS', { problem: z.prettifyError(parsed.error).split('\n')[0] })
  return parsed.data
}

export interface RecordingHost {
  /** Answers as `host` does, and notes it. */
  readonly host: HostReader
  /** Everything noted since the start. */
  readonly facts: () => HostFacts
}

/** Equal answers in a row are noted once, with their number. */
export function recordHost(host: HostReader): RecordingHost {
  const walks: NonNullable<HostFacts['cgroups']> = {}
  const usages: NonNullable<HostFacts['usage']> = {}
  const facts: HostFacts = {
    version: 1,
    hostname: host.hostname,
    process: {},
    usage: usages,
    cgroup: {},
    cgroups: walks,
    arguments: {},
    accounts: {},
    file: {},
    directory: {},
    fileId: {},
  }
  return Object.freeze({
    facts: () => facts,
    host: Object.freeze({
      hostname: host.hostname,
      process: (pid: number) => noted(facts.process, pid, host.process(pid)),
      usage: (pid: number, tid: number) => noted(usages, threadKey(pid, tid), host.usage(pid, tid)),
      cgroup: (pid: number) => noted(facts.cgroup, pid, host.cgroup(pid)),
      cgroups: () =>
        noted<[number, string][], [number, string][]>(
          walks,
          ALL,
          host.cgroups().map(([id, path]) => [id, path]),
        ) ?? [],
      arguments: (pid: number, done: Done<ArgumentFacts>) => host.arguments(pid, (answer) => done(noted(facts.arguments, pid, answer))),
      accounts: (pid: number, mntNs: number, done: Done<AccountFiles>) =>
        host.accounts(pid, mntNs, (answer) => done(noted(facts.accounts, mntNs, answer))),
      file: (path: string, maxBytes: number) => noted(facts.file, path, host.file(path, maxBytes)),
      directory: (path: string) => noted(facts.directory, path, host.directory(path)) ?? [],
      fileId: (path: string) => noted(facts.fileId, path, host.fileId(path)),
      pids: host.pids,
    }),
  })
}

/** What a question without an argument is noted under. */
const ALL = 'all'

const threadKey = (pid: number, tid: number): string => `${pid}/${tid}`

type Answers<T> = Record<string, [times: number, answer: T | null][]>

function noted<T, N extends T>(answers: Answers<N>, asked: string | number, answer: T | undefined): T | undefined {
  const list = answers[asked] ?? []
  answers[asked] = list
  const last = list.at(-1)
  if (last !== undefined && JSON.stringify(last[1]) === JSON.stringify(answer ?? null)) last[0]++
  else list.push([1, (answer ?? null) as N | null])
  return answer
}

/** A host that gives the noted answers in their order, the last one again and again, and nothing to what was never asked. */
export function replayHost(facts: HostFacts): HostReader {
  const processes = answersOf<ProcessFacts>(facts.process)
  const usages = answersOf<UsageFacts>(facts.usage ?? {})
  const cgroups = answersOf<string>(facts.cgroup)
  const walks = answersOf<[number, string][]>(facts.cgroups ?? {})
  const args = answersOf<ArgumentFacts>(facts.arguments)
  const accounts = answersOf<AccountFiles>(facts.accounts)
  const files = answersOf<FileText>(facts.file)
  const directories = answersOf<string[]>(facts.directory)
  const fileIds = answersOf<FileId>(facts.fileId)
  return Object.freeze({
    hostname: facts.hostname,
    process: processes,
    usage: (pid: number, tid: number) => usages(threadKey(pid, tid)),
    cgroup: cgroups,
    cgroups: () => walks(ALL) ?? [],
    arguments: (pid: number, done: Done<ArgumentFacts>) => done(args(pid)),
    accounts: (_: number, mntNs: number, done: Done<AccountFiles>) => done(accounts(mntNs)),
    file: files,
    directory: (path: string) => directories(path) ?? [],
    fileId: fileIds,
    pids: () => undefined,
  })
}

function answersOf<T>(noted: Readonly<Answers<T>>): (asked: string | number) => T | undefined {
  const places = new Map<string, { at: number; left: number }>()
  return (asked) => {
    const key = String(asked)
    const list = Object.hasOwn(noted, key) ? noted[key] : undefined
    if (list === undefined) return undefined
    const place = places.get(key) ?? { at: 0, left: list[0]?.[0] ?? 0 }
    places.set(key, place)
    if (place.left === 0 && place.at < list.length - 1) {
      place.at++
      place.left = list[place.at]?.[0] ?? 0
    }
    if (place.left > 0) place.left--
    return list[place.at]?.[1] ?? undefined
  }
}
