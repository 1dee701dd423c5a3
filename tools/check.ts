/**
 * `npm run check`: everything that is not a test. One line per check, and below it what is wrong.
 * Arguments: names of checks, to run only those. Exit codes: 0 all well, 1 something is wrong.
 */
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { agentReach } from './check/agent-reach.ts'
import type { Check } from './check/check.ts'
import { cycles } from './check/cycles.ts'
import { deadExports } from './check/dead-exports.ts'
import { errorCodes } from './check/error-codes.ts'
import { licences } from './check/licences.ts'
import { lists } from './check/lists.ts'
import { lock } from './check/lock.ts'
import { generated, lint, types } from './check/programs.ts'
import { proofs } from './check/proofs.ts'
import { sizes } from './check/sizes.ts'
import { readSourceTree } from './check/source-tree.ts'
import { techniqueTags } from './check/technique-tags.ts'
import { walls } from './check/walls.ts'
import { words } from './check/words.ts'

const CHECKS: readonly Check[] = [
  types,
  lint,
  generated,
  walls,
  cycles,
  lists,
  agentReach,
  deadExports,
  errorCodes,
  sizes,
  words,
  licences,
  lock,
  techniqueTags,
  proofs,
]
const SHOWN = 40

const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !CHECKS.some((check) => check.name === name))
if (unknown !== undefined) throw new Error(`no check is called ${unknown}; there are: ${CHECKS.map((check) => check.name).join(', ')}`)

const tree = readSourceTree(fileURLToPath(new URL('..', import.meta.url)))
let failed = 0
for (const check of CHECKS) {
  if (wanted.length > 0 && !wanted.includes(check.name)) continue
  const start = performance.now()
  const problems = await check.run(tree)
  console.log(`${problems.length === 0 ? '✓' : '✗'} ${check.name.padEnd(16)} ${((performance.now() - start) / 1000).toFixed(2)} s`)
  if (problems.length === 0) continue
  failed++
  console.log(`  ${check.doc}`)
  for (const problem of problems.slice(0, SHOWN)) console.log(`    ${problem}`)
  if (problems.length > SHOWN) console.log(`    … and ${problems.length - SHOWN} more`)
}
if (failed > 0) process.exitCode = 1
