/** Builds the console into build/console, which the server serves as it is. Made beside it first, so that a server that runs misses files for a moment only. */
import { renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { consoleConfig } from './console-config.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const place = fileURLToPath(new URL('../build/console', import.meta.url))
const beside = `${place}.new`
await build(consoleConfig(root, beside))
rmSync(place, { recursive: true, force: true })
renameSync(beside, place)
