/** A server that takes what agents tell, as the contract has it, and can be told to behave badly. For tests of the agent's side. */
import { mkdirSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { dirname } from 'node:path'

type Line = Readonly<Record<string, unknown>> & { readonly seq: number }

/**
 * `take`: as it should. `stall`: no answer. `cut`: takes the lines, and breaks the connection before the answer. A number: that status. A
 * function: how many of the lines of a request it takes.
 */
export type Manner = 'take' | 'stall' | 'cut' | number | ((lines: number) => number)

export interface IngestServer {
  /** What was taken, in order, each line once. */
  readonly findings: readonly Line[]
  readonly history: readonly Line[]
  readonly sensors: readonly Readonly<Record<string, unknown>>[]
  /** Lines that came although they had been taken: what was sent again. */
  readonly again: () => number
  /** Lines whose number was not the next one of their spool. */
  readonly outOfOrder: () => number
  readonly spools: ReadonlySet<string>
  /** How far each spool was taken: for a server that goes on where this one ended. */
  readonly positions: Map<string, number>
  behave: Manner
  readonly close: () => Promise<void>
}

/** `keep`: false only counts what comes. */
export async function startIngestServer(
  socketPath: string,
  { keep = true, positions = new Map<string, number>() } = {},
): Promise<IngestServer> {
  const taken: Record<string, Line[]> = { findings: [], history: [] }
  const sensors: Readonly<Record<string, unknown>>[] = []
  const spools = new Set<string>()
  const count = { again: 0, outOfOrder: 0 }

  /** Undefined when a line is none. */
  function takeLines(stream: string, request: IncomingMessage, body: string, most: (lines: number) => number): number | undefined {
    const lines = linesOf(body)
    if (lines === undefined) return undefined
    const spool = String(request.headers['tarsier-spool'])
    const key = `${stream} ${spool}`
    spools.add(spool)
    if (Number(request.headers['tarsier-first']) !== lines[0]?.seq) count.outOfOrder++
    for (const line of lines.slice(0, most(lines.length))) {
      const position = positions.get(key) ?? 0
      if (line.seq <= position) count.again++
      else {
        if (line.seq !== position + 1) count.outOfOrder++
        positions.set(key, line.seq)
        if (keep) taken[stream]?.push(line)
      }
    }
    return positions.get(key) ?? 0
  }

  function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    const { behave } = self
    if (behave === 'stall') return
    if (typeof behave === 'number') {
      response.writeHead(behave).end('{"code":"STORE_FULL"}')
      return
    }
    const stream = request.url?.replace('/ingest/', '') ?? ''
    if (stream === 'sensor') {
      sensors.push(JSON.parse(body) as Readonly<Record<string, unknown>>)
      response.end('{}')
      return
    }
    const acknowledged = takeLines(stream, request, body, typeof behave === 'function' ? behave : (lines) => lines)
    if (behave === 'cut') request.socket.destroy()
    else if (acknowledged === undefined) response.writeHead(422).end('{"code":"INGEST_LINE"}')
    else response.end(JSON.stringify({ acknowledged }))
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => answer(request, response, Buffer.concat(chunks).toString()))
  })
  mkdirSync(dirname(socketPath), { recursive: true })
  rmSync(socketPath, { force: true })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socketPath, resolve))
  const self: IngestServer = {
    findings: taken.findings as Line[],
    history: taken.history as Line[],
    sensors,
    again: () => count.again,
    outOfOrder: () => count.outOfOrder,
    spools,
    positions,
    behave: 'take',
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return self
}

function linesOf(body: string): Line[] | undefined {
  try {
    return body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
  } catch {
    return undefined
  }
}
