/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4), in parts. Of our own: the kernel's is often not to be had by its socket (CONFIG_CRYPTO_USER_API_HASH), and no library is linked. */
#ifndef TARSIER_PREVENT_SHA256_H
#define TARSIER_PREVENT_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32u
#define SHA256_BLOCK 64u

struct sha256 {
	uint32_t state[8];
	uint64_t bytes;
	uint8_t rest[SHA256_BLOCK];
};

void sha256_begin(struct sha256 *hash);
void sha256_take(struct sha256 *hash, const uint8_t *from, size_t bytes);
void sha256_end(struct sha256 *hash, uint8_t digest[SHA256_BYTES]);

#endif
