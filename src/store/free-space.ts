/** Room on the disk, and how much of it history leaves to what must not be lost. */
import { statfsSync } from 'node:fs'
import { AppError } from '../lib/app-error.ts'
import { formatBytes } from '../lib/quantity.ts'

export interface Space {
  /** For those who are not root. */
  readonly freeBytes: number
  readonly totalBytes: number
}

export type MeasureSpace = (folder: string) => Space

export function measureSpace(folder: string): Space {
  const { bavail, blocks, bsize } = statfsSync(folder)
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
}

const RESERVED_SHARE = 0.05
const MOST_RESERVED = 2 ** 30

/** 5 % of the disk, 1 GiB at most. */
export function reservedBytes({ totalBytes }: Space): number {
  return Math.min(totalBytes * RESERVED_SHARE, MOST_RESERVED)
}

/** Why history may not be written, the rest of the disk being for findings; undefined when it may. */
export function historyRefusal(folder: string, space: Space, reserve: number): AppError | undefined {
  if (space.freeBytes >= reserve) return undefined
  const reason = `${formatBytes(space.freeBytes)} are free, the last ${formatBytes(reserve)} are kept for findings`
  return new AppError('STORE_FULL', { what: 'history', folder, reason })
}
