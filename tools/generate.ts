/** Writes every generated file; with --check says which are stale and exits 1. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { generateActionsPage } from './generate/actions-page.ts'
import { generateApiPage } from './generate/api-page.ts'
import { generateCHeader } from './generate/c-header.ts'
import { generateCliPage } from './generate/cli-page.ts'
import { generateDecoder } from './generate/decoder.ts'
import { generateErrorsPage } from './generate/errors-page.ts'
import { generateEventsPage } from './generate/events-page.ts'
import { generateEventsSchema } from './generate/events-schema.ts'
import { generateFieldsPage } from './generate/fields-page.ts'
import { generateMetricsPage } from './generate/metrics-page.ts'
import { generateOpenApi } from './generate/openapi-document.ts'
import { generateOperatorsPage } from './generate/operators-page.ts'
import { generateOutputsPage } from './generate/outputs-page.ts'

const root = new URL('..', import.meta.url)
const GENERATED: readonly (readonly [path: string, make: () => string | Promise<string>])[] = [
  ['native/bpf/lib/records.gen.h', generateCHeader],
  ['src/events/records.gen.ts', generateDecoder],
  ['docs/reference/events.md', generateEventsPage],
  ['docs/reference/fields.md', generateFieldsPage],
  ['docs/reference/operators.md', generateOperatorsPage],
  ['docs/reference/cli.md', generateCliPage],
  ['docs/reference/errors.md', generateErrorsPage],
  ['docs/reference/actions.md', generateActionsPage],
  ['docs/reference/outputs.md', generateOutputsPage],
  ['docs/reference/metrics.md', generateMetricsPage],
  ['docs/reference/api.md', generateApiPage],
  ['docs/reference/openapi.json', generateOpenApi],
  ['docs/reference/schema/events.schema.json', generateEventsSchema],
]

const check = process.argv.includes('--check')
let stale = 0
for (const [path, make] of GENERATED) {
  const url = new URL(path, root)
  const text = await make()
  if (read(url) === text) continue
  stale++
  if (check) console.error(`stale: ${path} (run: npm run generate)`)
  else {
    mkdirSync(new URL('.', url), { recursive: true })
    writeFileSync(url, text)
    console.log(`wrote ${path}`)
  }
}
if (check && stale > 0) process.exitCode = 1

function read(url: URL): string | undefined {
  try {
    return readFileSync(url, 'utf8')
  } catch {
    return undefined
  }
}
