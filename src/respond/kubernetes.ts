/**
 * Asks the API server of Kubernetes. Its client is loaded in a process that lives as long as one action does: the agent neither waits for it nor keeps its
 * memory (a thread would leave some 65 MiB behind).
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { AppError } from '../lib/app-error.ts'
import { type Answered, type Asked, type Failure, PERMISSIONS, type QuestionKind, type Questions } from './kubernetes/questions.ts'
import type { KubernetesSettings } from './kubernetes/settings.ts'

/** Throws AppError KUBERNETES_FORBIDDEN (which permission is missing), KUBERNETES_CREDENTIALS, KUBERNETES_FAILED. */
export type AskKubernetes = <K extends QuestionKind>(kind: K, ask: Questions[K]['ask']) => Promise<Questions[K]['answer']>

const CLIENT = fileURLToPath(new URL('./kubernetes/client-process.ts', import.meta.url))
/** The client alone takes 40 MiB; a list of a thousand policies some more. */
const LIMITS = ['--max-old-space-size=256', '--no-warnings']
const QUESTION_MS = 15_000
/** What a kubeconfig's own program for tokens may need. */
const PASSED_ON = ['PATH', 'HOME', 'KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT']

/** Gives `work` somebody to ask, until it has ended. */
export async function withKubernetes<T>(
  { kubeconfig, apiServer, serviceAccount }: KubernetesSettings,
  signal: AbortSignal,
  work: (ask: AskKubernetes) => Promise<T>,
): Promise<T> {
  const waiting = new Map<
    number,
    { readonly kind: QuestionKind; readonly resolve: (value: never) => void; readonly reject: (error: Error) => void }
  >()
  const env = Object.fromEntries(PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])))
  const client = fork(CLIENT, { env, execArgv: LIMITS, serialization: 'advanced', stdio: 'ignore' })
  client.send({ kubeconfig, apiServer, serviceAccount } satisfies { [K in keyof KubernetesSettings]: unknown })
  let dead: AppError | undefined
  let count = 0

  function die(error: AppError): void {
    dead ??= error
    for (const { reject } of waiting.values()) reject(dead)
    waiting.clear()
  }
  client.on('message', (answered: Answered) => {
    if (answered.kind === 'no-credentials') return die(new AppError('KUBERNETES_CREDENTIALS', { reason: answered.reason }))
    const asked = waiting.get(answered.number)
    waiting.delete(answered.number)
    if (answered.kind === 'answer') asked?.resolve(answered.answer as never)
    else asked?.reject(errorOf(asked.kind, answered.failure))
  })
  const failed = (reason: string): void => die(new AppError('KUBERNETES_FAILED', { what: 'to ask Kubernetes', reason }))
  client.on('error', (error) => failed(error.message))
  client.on('exit', (code, by) => failed(`the client ended with ${by ?? code}`))
  const late = (): void => failed('the time of the action is over')
  signal.addEventListener('abort', late, { once: true })

  const ask: AskKubernetes = (kind, question) => {
    const { promise, resolve, reject } = Promise.withResolvers<never>()
    if (dead !== undefined) return Promise.reject(dead)
    const number = count++
    waiting.set(number, { kind, resolve, reject })
    const reason = `the API server did not answer within ${QUESTION_MS} ms`
    const timer = setTimeout(() => reject(new AppError('KUBERNETES_FAILED', { what: PERMISSIONS[kind], reason })), QUESTION_MS)
    client.send({ number, kind, ask: question } satisfies Asked)
    return promise.finally(() => clearTimeout(timer))
  }
  try {
    return await work(ask)
  } finally {
    signal.removeEventListener('abort', late)
    client.kill('SIGKILL')
  }
}

function errorOf(kind: QuestionKind, { status, message, causes }: Failure): AppError {
  const what = PERMISSIONS[kind]
  const because = [message, ...causes].join('; ')
  if (status === 401) return new AppError('KUBERNETES_CREDENTIALS', { reason: `the API server does not know the token: ${message}` })
  if (status === 403) return new AppError('KUBERNETES_FORBIDDEN', { permission: what, reason: because })
  if (status === 429 && kind === 'evict-pod')
    return new AppError('KUBERNETES_FAILED', { what, reason: `a disruption budget forbids it now: ${because}` })
  const said: Readonly<Record<number, string>> = {
    0: 'no answer',
    409: 'it was changed meanwhile, or is another',
    429: 'too many requests',
  }
  return new AppError('KUBERNETES_FAILED', { what, reason: `${said[status] ?? `status ${status}`}: ${because}` })
}
