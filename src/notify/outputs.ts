/** Every output, one line each. */
import { file } from './file.ts'
import { json } from './json.ts'
import type { AnyOutput } from './output.ts'
import { syslog } from './syslog.ts'
import { terminal } from './terminal.ts'

export const OUTPUTS: readonly AnyOutput[] = [terminal, json, file, syslog]
