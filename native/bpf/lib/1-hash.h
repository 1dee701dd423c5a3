/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layer 1, continued: hashes that stand for something that a program chooses (a path, a peer). They are seeded at random, so that
 * nobody can choose one that falls on another's and so hides behind it.
 */
#ifndef TARSIER_HASH_H
#define TARSIER_HASH_H

/* Two CPUs may both set it at first: harmless. */
__u64 hash_seed;

/* Where a hash begins. */
static __always_inline __u64 begin_hash(void)
{
	if (!hash_seed)
		hash_seed = (__u64)bpf_get_prandom_u32() << 32 | bpf_get_prandom_u32();
	return hash_seed;
}

/* Two words made one, so that no word can be chosen that undoes another without knowing the seed. */
static __always_inline __u64 mix(__u64 hash, __u64 word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
	hash = (hash ^ hash >> 29) * (hash_seed | 1);
	return hash ^ hash >> 32;
}

#endif
