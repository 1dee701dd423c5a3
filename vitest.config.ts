import { defineConfig } from 'vitest/config'

/**
 * Two groups. `unit` (and golden) tests run side by side. `live` tests, files named *.live.test.ts, load programs into the
 * one kernel that there is: they run after the others, one file at a time.
 */
export default defineConfig({
  test: {
    // What else the host does reaches tests of real servers and a real kernel. One that passes only at its second try is named at the end.
    retry: 1,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,tools,test,bench,rules}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.live.test.ts'],
          // Of few cores vitest leaves one to itself, which has little to do.
          maxWorkers: 2,
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'live',
          include: ['{src,tools,test,bench,native}/**/*.live.test.ts'],
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
