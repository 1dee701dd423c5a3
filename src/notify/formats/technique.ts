/** Identifiers of ATT&CK and ATLAS in their two parts. */

export interface TechniqueParts {
  readonly technique: string
  readonly subTechnique: string | undefined
}

/** `T1059.004` and `AML.T0051.000` are a technique and one below it. */
export function techniquePartsOf(id: string): TechniqueParts {
  const technique = /^((?:AML\.)?T\d+)\.\d+$/.exec(id)?.[1]
  return technique === undefined ? { technique: id, subTechnique: undefined } : { technique, subTechnique: id }
}
