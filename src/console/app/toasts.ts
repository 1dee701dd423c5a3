/** Short words about what was just done; they go by themselves. What went wrong stays until it is read. */
import { problemOf } from '../api/problem.ts'
import { createSharedValue } from './shared-value.ts'

export interface Toast {
  readonly id: number
  readonly tone: 'good' | 'bad'
  readonly text: string
  readonly detail?: string | undefined
}

const SHOWN_MS = 2600
const MOST = 4
const toasts = createSharedValue<readonly Toast[]>([])
let made = 0

export const useToasts = toasts.use

export function toast(given: Omit<Toast, 'id'>): void {
  const id = ++made
  toasts.set([...toasts.read().slice(1 - MOST), { ...given, id }])
  if (given.tone === 'good') setTimeout(() => dismissToast(id), SHOWN_MS)
}

/** Tells the reader what went wrong and what to do. */
export function toastError(error: unknown): void {
  const { detail, fix, title } = problemOf(error)
  toast({ tone: 'bad', text: detail === '' ? title : detail, detail: fix })
}

export function dismissToast(id: number): void {
  toasts.set(toasts.read().filter((one) => one.id !== id))
}
