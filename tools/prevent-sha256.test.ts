/** The helper's own SHA-256 against that of Node, for all lengths around the ends of blocks and for parts of any size. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const FOLDER = fileURLToPath(new URL('../native/addon/prevent/', import.meta.url))
/** Prints the digest of each beginning of a text, taken in parts of so many bytes. */
const MAIN = `
#include "sha256.h"
#include <stdio.h>
#include <stdlib.h>
int main(int count, char **arguments)
{
	size_t part = strtoul(arguments[count - 1], NULL, 10), most = strtoul(arguments[1], NULL, 10);
	static uint8_t text[1 << 20], digest[SHA256_BYTES];
	for (size_t i = 0; i < most; i++)
		text[i] = (uint8_t)(i * 7 + i / 256);
	for (size_t bytes = most < 300 ? 0 : most; bytes <= most; bytes++) {
		struct sha256 hash;
		sha256_begin(&hash);
		for (size_t at = 0; at < bytes; at += part)
			sha256_take(&hash, text + at, bytes - at < part ? bytes - at : part);
		sha256_end(&hash, digest);
		for (size_t i = 0; i < SHA256_BYTES; i++)
			printf("%02x", digest[i]);
		printf("\\n");
	}
	return 0;
}
`

test('every length has the digest that Node gives it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-sha256-'))
  try {
    const [source, program] = [join(folder, 'main.c'), join(folder, 'main')]
    writeFileSync(source, MAIN)
    execFileSync('cc', ['-O2', '-I', FOLDER, '-o', program, source, join(FOLDER, 'sha256.c')])
    for (const [most, part] of [
      [200, 200],
      [200, 1],
      [200, 63],
      [1_000_003, 65_536],
    ] as const) {
      const said = execFileSync(program, [String(most), String(part)], { encoding: 'utf8' })
        .trimEnd()
        .split('\n')
      const lengths = most < 300 ? Array.from({ length: most + 1 }, (_, bytes) => bytes) : [most]
      expect(said).toEqual(lengths.map(digest))
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function digest(bytes: number): string {
  const text = Uint8Array.from({ length: bytes }, (_, at) => at * 7 + Math.trunc(at / 256))
  return createHash('sha256').update(text).digest('hex')
}
