/** Bounds of the rule language: what a rule file may cost. Each has an error of its own that states the limit. */

/** Bytes of one rule file. Above, the file is not even parsed. */
export const MAX_FILE_BYTES = 8 * 1024 * 1024

/** Characters of one condition once its lists are written out. */
export const MAX_CONDITION_CHARS = 4 * 1024 * 1024

/** Nesting of parentheses, `not` and transformers in one condition, and of macros within macros. */
export const MAX_DEPTH = 1000

/** Checks and operators of one condition once its macros are expanded. */
export const MAX_EXPANDED_NODES = 100_000

/** Items of one list once the lists that it names are spliced in. */
export const MAX_LIST_ITEMS = 200_000

/** YAML aliases (`*name`) followed in one file. */
export const MAX_ALIASES = 1000

/** Nesting of YAML collections inside one item. */
export const MAX_YAML_DEPTH = 32

/** Errors reported in one load, and as many warnings; more are counted, not listed. */
export const MAX_DIAGNOSTICS = 1000

/** Steps of one sequence. */
export const MAX_STEPS = 8

/** Events, or different values, that a rule may count to. */
export const MAX_THRESHOLD = 10_000

/** The longest time, in days, over which a rule may look at events together. */
export const MAX_CORRELATION_DAYS = 400
