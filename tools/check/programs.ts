/** Checks that are other programs: the compiler, the linter, the generator. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Check } from './check.ts'

export const types: Check = {
  name: 'types',
  doc: 'The native TypeScript compiler finds no error (strict).',
  run: async ({ root }) => (await Promise.all(PROJECTS.map((project) => compile(root, project)))).flat(),
}

export const lint: Check = {
  name: 'lint and format',
  doc: 'Biome finds nothing; `npm run format` mends what can be mended by itself.',
  run: ({ root }) =>
    complaints(root, join(root, 'node_modules/@biomejs/cli-linux-x64/biome'), ['check', '--colors=off', '--error-on-warnings']),
}

export const generated: Check = {
  name: 'generated files',
  doc: 'Every generated file is what its sources make now (`npm run generate`).',
  run: ({ root }) => complaints(root, process.execPath, ['tools/generate.ts', '--check']),
}

/** The console runs in a browser, all else in Node: what is there differs. */
const PROJECTS = ['.', 'src/console'] as const

const compile = (root: string, project: string): Promise<string[]> =>
  complaints(root, process.execPath, ['node_modules/ts7/bin/tsc', '--project', project, '--pretty', 'false'])

/** What the program printed, when it failed. */
function complaints(root: string, program: string, args: readonly string[]): Promise<string[]> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', (error) => resolve([`${program}: ${error.message}`]))
    child.on('close', (code) => {
      const printed = Buffer.concat(chunks)
        .toString('utf8')
        .split('\n')
        .filter((line) => line.trim() !== '')
      resolve(code === 0 ? [] : printed.length > 0 ? printed : [`${program} ended with code ${code}`])
    })
  })
}
