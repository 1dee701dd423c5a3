/** Times as both engines keep them: whole ns since 1970 in 64 bits. */

const LEAST = -(2n ** 63n)
const MOST = 2n ** 63n - 1n

/** What is beyond 64 bits becomes the nearest that is not; a fraction is cut off. `ns` is a number, not NaN. */
export function timeValue(ns: number): bigint {
  if (ns >= Number(MOST)) return MOST
  return ns <= Number(LEAST) ? LEAST : BigInt(Math.trunc(ns))
}
