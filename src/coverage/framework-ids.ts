/** Which entries of ATLAS and of OWASP's lists a rule is about: its keys say so, or its tags. */
import type { LinkedRule } from '../lang/load-rules.ts'

export const atlasOf = ({ atlas, tags }: LinkedRule): readonly string[] => together(atlas, tags, /^AML\.T\d/)

export const owaspOf = ({ owasp, tags }: LinkedRule): readonly string[] => together(owasp, tags, /^(?:LLM|ASI)\d\d$/)

const together = (ids: readonly string[], tags: readonly string[], form: RegExp): readonly string[] => [
  ...new Set([...ids, ...tags.filter((tag) => form.test(tag))]),
]
