/** How Vite makes the console: one main bundle, a chunk per page, and nothing that a strict content security policy would refuse. */
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import type { InlineConfig } from 'vite'

/** `root` is that of the clone; the answer goes into `outDir`, an absolute path. */
export function consoleConfig(root: string, outDir: string): InlineConfig {
  return {
    configFile: false,
    root: join(root, 'src/console'),
    plugins: [react()],
    logLevel: 'warn',
    css: { modules: { generateScopedName: '[name]-[local]-[hash:base64:4]' } },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      // As data: URLs they would need a hole in the policy.
      assetsInlineLimit: 0,
      // The helper of old browsers is an inline script.
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      sourcemap: false,
      license: { fileName: 'licences.md' },
    },
  }
}
