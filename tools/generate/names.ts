/** Spelling of generated names: `process.exec_failed` → `process_exec_failed`, `ProcessExecFailed`; `rawPath` → `raw_path`. */
export const snake = (name: string): string =>
  name
    .replace(/[.-]/g, '_')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
export const upper = (name: string): string => snake(name).toUpperCase()
export const pascal = (name: string): string => name.replace(/(^|[._-])([a-z])/g, (_, __, letter: string) => letter.toUpperCase())
