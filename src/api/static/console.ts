/** Serves the console: its files by their names, its page for every other address, since the page itself knows what stands there. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../lib/app-error.ts'
import { pathOf } from '../http/framework-errors.ts'
import { type ConsoleFile, readConsoleFiles } from './console-files.ts'

const PAGE = '/index.html'
const YEAR_SECONDS = 31_536_000
const NOT_BUILT = 'The console is not built. Run: npm run setup\n'

export function registerConsole(app: FastifyInstance, folder: string): void {
  const current = createCurrentFiles(folder)
  app.route({
    method: ['GET', 'HEAD'],
    url: '/*',
    handler: (request, reply) => {
      const path = decodedPath(request)
      if (path === '/api' || path.startsWith('/api/')) throw new AppError('API_NO_PATH', { path: pathOf(request.url) })
      const files = current()
      if (files === undefined) return reply.code(503).type('text/plain; charset=utf-8').header('cache-control', 'no-store').send(NOT_BUILT)
      const file = files.get(path) ?? (looksLikeFile(path) ? undefined : files.get(PAGE))
      if (file === undefined) throw new AppError('API_NO_PATH', { path: pathOf(request.url) })
      return send(file, request, reply)
    },
  })
}

/** Read anew when it was built anew. */
function createCurrentFiles(folder: string): () => ReadonlyMap<string, ConsoleFile> | undefined {
  const page = join(folder, PAGE)
  let readMs: number | undefined
  let files: ReadonlyMap<string, ConsoleFile> | undefined
  return () => {
    const builtMs = statSync(page, { throwIfNoEntry: false })?.mtimeMs
    if (builtMs !== readMs) {
      files = readConsoleFiles(folder)
      readMs = builtMs
    }
    return files
  }
}

/** `/` for what is no path: the page says that nothing is there. */
function decodedPath({ url }: FastifyRequest): string {
  try {
    return decodeURIComponent(url.split('?', 1)[0] ?? '/')
  } catch (error) {
    if (error instanceof URIError) throw new AppError('API_NO_PATH', { path: pathOf(url) }, { cause: error })
    throw error
  }
}

/** Below assets, and what has an ending beside the page: the page instead of a missing script would only confuse. Deeper names are of rules and hosts. */
const looksLikeFile = (path: string): boolean => path.startsWith('/assets/') || /^\/[^/]+\.[a-z0-9]{2,5}$/i.test(path)

function send(file: ConsoleFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.headers({
    'content-type': file.type,
    etag: file.etag,
    vary: 'accept-encoding',
    'cache-control': file.isImmutable ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache',
  })
  if (request.headers['if-none-match']?.includes(file.etag)) return reply.code(304).send()
  const encoding = encodingFor(request.headers['accept-encoding'])
  const smaller = encoding && file.compressed(encoding)
  if (encoding !== undefined && smaller !== undefined) reply.header('content-encoding', encoding)
  return reply.send(smaller ?? file.bytes)
}

/** What the browser takes; one that it weighs with 0 it does not take. */
function encodingFor(accepted = ''): 'br' | 'gzip' | undefined {
  const taken = accepted.split(',').map((part) => part.trim().toLowerCase())
  return (['br', 'gzip'] as const).find((name) =>
    taken.some((part) => part === name || (part.startsWith(`${name};`) && !/q=0(?:\.0+)?$/.test(part))),
  )
}
