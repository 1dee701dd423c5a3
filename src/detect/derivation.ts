/** The fields that a flat event gives, by their names. */
export type Values = Readonly<Record<string, unknown>>

/** The value of a field from others; undefined where they do not tell it, null where they tell that there is none. `argument` is what stands in the brackets. */
export type Derivation = (values: Values, argument: string | number | undefined) => unknown
