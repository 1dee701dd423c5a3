/**
 * Does a flood blind the sensor? While one process opens and closes a file as fast as it can, other processes, one after another, read
 * the password file. Prints how many of them were found. Falco 0.44.1 alerted on 4 to 14 of 300.
 */
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startAgent } from './agent.ts'
import { buildWorkloads } from './workloads.ts'

const FOLDER = fileURLToPath(new URL('../build/bench', import.meta.url))
const RULE = 'Password file read by an unusual program'
const reads = process.argv.includes('--quick') ? 50 : 300

buildWorkloads(FOLDER)
const reader = join(FOLDER, 'reader')
copyFileSync('/bin/cat', reader)
const agent = await startAgent()
const flood = spawn(join(FOLDER, 'openclose'), ['1000000000', join(FOLDER, 'file')], { stdio: 'ignore' })
for (let read = 0; read < reads; read++) {
  spawnSync(reader, ['/etc/shadow'], { stdio: 'ignore' })
  await new Promise((resolve) => setTimeout(resolve, 5))
}
flood.kill('SIGKILL')
const status = await agent.stop()
const found = agent.findings().filter((line) => line.includes(`"rule":"${RULE}"`) && line.includes(reader)).length
console.log(
  `${found} of ${reads} sensitive opens found while another process opened and closed a file in a loop; ${status?.lost ?? 'an unknown number of'} events lost.`,
)
