/** Waits for it, but not for ever, and not for its failure. */
export async function within(ms: number, work: Promise<void> | void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([promise, Promise.resolve(work).catch(() => {})])
  clearTimeout(timer)
}
