import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { outputOf } from './child-group.ts'

const shell = (script: string, timeoutMs = 10_000): Promise<string> => outputOf('/bin/sh', ['-c', script], timeoutMs)

/** Not a zombie either. */
const lives = (pid: number): boolean => /^[^Z]/.test(stateOf(pid))
function stateOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return '' // ps fails when there is no such process
  }
}

test('what a program prints is given', async () => {
  expect(await shell('echo one; echo two')).toBe('one\ntwo\n')
})

test('one that fails is an error that tells what it had printed', async () => {
  await expect(shell('echo half; exit 3')).rejects.toThrow(/ended with 3; it had printed: half/)
})

test('one that hangs is ended with what it started', async () => {
  const error = await shell('sleep 1000 & echo $!; wait', 300).catch((reason: Error) => reason)
  expect(String(error)).toMatch(/took longer than 0.3 s and was ended/)
  expect(lives(Number(/printed: (\d+)/.exec(String(error))?.[1]))).toBe(false)
})

test('a child that a program leaves behind is ended too', async () => {
  const pid = Number(await shell('sleep 1000 >/dev/null 2>&1 & echo $!'))
  await expect.poll(() => lives(pid)).toBe(false)
})
