/** The entry of the `tarsier` command. Compiled code is kept beside the build, which halves the time of a start. */
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

/** Not in /tmp, where another user could lay down code for root to run. */
enableCompileCache(fileURLToPath(new URL('../../build/compile-cache', import.meta.url)))
await import('./main.ts')
