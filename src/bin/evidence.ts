/** What the commands about evidence are given: each loads its part when it is called, not before. */
import type { EvidenceWork } from '../cli/evidence-work.ts'

export function createEvidenceWork(version: string): EvidenceWork {
  const work = () => import('../pipeline/evidence.ts')
  return {
    capture: async (settings) => (await work()).captureHere({ ...settings, version }),
    verify: async (path, keys) => (await work()).verifyHere(path, keys),
    show: async (path, section, asked) => (await work()).showHere(path, section, asked),
    unpack: async (path, to, keys) => (await work()).unpackHere(path, to, keys),
  }
}
