/**
 * Serves the console from its sources, each change at once in the browser: `node tools/dev-console.ts [port] [api]`.
 * `port` is 5173 unless given; requests below /api go to `api` (http://127.0.0.1:7331 unless given), a server that runs already.
 */
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'
import { consoleConfig } from './console-config.ts'

const [port = '5173', api = 'http://127.0.0.1:7331'] = process.argv.slice(2)
/** The folder src/console/api has the same name: its files come from the sources. */
const API = String.raw`^/api/(?!.*\.tsx?(\?|$))`
const root = fileURLToPath(new URL('..', import.meta.url))
const server = await createServer({
  ...consoleConfig(root, fileURLToPath(new URL('../build/console', import.meta.url))),
  server: { host: '127.0.0.1', port: Number(port), strictPort: true, proxy: { [API]: { target: api } }, fs: { allow: [root] } },
})
await server.listen()
server.printUrls()
process.once('SIGINT', () => void server.close().then(() => process.exit(0)))
