/** Keeps what was read of the last event, for readers that cost more than a look-up and are asked by many rules. */
import type { AnyKernelEvent } from '../event.ts'

/** `read` is called once while the same event is asked; an event object is never used for two records. */
export function oncePerEvent<T>(read: (event: AnyKernelEvent) => T): (event: AnyKernelEvent) => T {
  let last: AnyKernelEvent | undefined
  let value: T
  return (event) => {
    if (event !== last) {
      value = read(event)
      last = event
    }
    return value
  }
}
