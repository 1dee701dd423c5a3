/** Builds what commands need of this process, runs one, and leaves in order. */
import { runCli } from '../cli/cli.ts'
import { createContext } from './context.ts'
import { leave } from './leave.ts'

const context = createContext()
await leave(await runCli(process.argv.slice(2), context), context)
