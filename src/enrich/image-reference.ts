/** Takes an image reference apart: `registry:5000/team/app:1.2@sha256:…`. */

export interface ImageReference {
  readonly repository: string
  readonly tag?: string
  readonly digest?: string
}

/** The tag stands behind the last colon, unless a slash follows (then it is a port). A bare digest has no repository. */
export function parseImageReference(reference: string): ImageReference {
  const at = reference.indexOf('@')
  const name = at < 0 ? reference : reference.slice(0, at)
  const digest = at < 0 ? {} : { digest: reference.slice(at + 1) }
  const colon = name.lastIndexOf(':')
  if (colon < 0 || name.indexOf('/', colon) >= 0) return { repository: name, ...digest }
  return { repository: name.slice(0, colon), tag: name.slice(colon + 1), ...digest }
}
