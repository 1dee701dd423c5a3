import type { Check } from './check.ts'

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** npm refuses a lock from which a package is missing, also one that this machine would leave out; with a warm cache it may not say so. */
export const lock: Check = {
  name: 'lock',
  doc: 'package-lock.json names every package that another one in it asks for, those for other machines too.',
  run: (tree) => {
    const { packages } = JSON.parse(tree.read('package-lock.json')) as { packages: Readonly<Record<string, LockedPackage>> }
    return Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter((name) => !isThere(name, path, packages))
        .map((name) => `package-lock.json: ${path || 'the project'} asks for ${name}, which is not in it`),
    )
  },
}

/** As Node looks: below the package that asks, then below each that it lies in. */
function isThere(name: string, asking: string, packages: Readonly<Record<string, LockedPackage>>): boolean {
  for (let folder = asking; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const below = folder === '' ? '' : `${folder}/`
    if (`${below}node_modules/${name}` in packages) return true
    if (folder === '') return false
  }
}
