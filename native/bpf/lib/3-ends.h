/* SPDX-License-Identifier: GPL-2.0 */
/* Layer 3: which events no loaded rule can match because of the socket, told before anything is built; see 2-terms.h. */
#ifndef TARSIER_ENDS_H
#define TARSIER_ENDS_H

/* The number that classOf() in src/events/filter-classes.ts gives the record. */
static __always_inline __u32 socket_class(__u16 family, __s64 ret)
{
	__u32 which = family == AF_UNIX ? 1 : family == AF_INET ? 2 : family == AF_INET6 ? 3 : 0;

	return which + 4 * (ret >= 0 ? 0 : ret == -EINPROGRESS ? 1 : 2);
}

/* The same of a socket that is made: its type tells, too. */
static __always_inline __u32 new_socket_class(__u16 family, __u16 type, __s64 ret)
{
	return socket_class(family, ret) + 12 * (type >= SOCK_STREAM && type <= SOCK_RAW ? type - SOCK_STREAM : 3);
}

/* The key is made where an event that passes has the key of its fold, which is not begun yet. */
static __always_inline __u64 net_terms_of(struct socket_work *work, __u32 half, __u32 kind, const __u64 *address)
{
	struct filter_net *key = (struct filter_net *)&work->key;
	bool wide = work->facts.family == AF_INET6 && !is_mapped(address);
	const __u64 *terms;

	_Static_assert(sizeof(*key) <= sizeof(work->key), "room for a key");
	key->half = half;
	key->kind = kind;
	key->unused = 0;
	if (wide) {
		key->family = 6;
		key->bits = 32 + 128;
		__builtin_memcpy(key->address, address, 16);
	} else {
		__u32 short_address = work->facts.family == AF_INET ? address[0] : address[1] >> 32;

		key->family = 4;
		key->bits = 32 + 32;
		__builtin_memcpy(key->address, &short_address, 4);
	}
	terms = bpf_map_lookup_elem(&filter_nets, key);
	return terms ? *terms : 0;
}

static __always_inline __u64 net_terms_of_ends(struct socket_work *work, __u32 half, __u32 kind)
{
	const struct socket_facts *facts = &work->facts;
	__u64 found = net_terms_of(work, half, kind, facts->remote);

	if (facts->local[0] == facts->remote[0] && facts->local[1] == facts->remote[1])
		return found;
	return found | net_terms_of(work, half, kind, facts->local);
}

/*
 * Without the terms whose ports or networks neither end of the socket in socket_works is of. Of other families there is no end. A global function, as
 * the next one, so that the verifier reads it once per program.
 */
__noinline __u64 terms_of_ends(__u32 half, __u32 kind, __u64 terms)
{
	__u32 zero = 0, place = (half & 1) * FILTER_KINDS + (kind & (FILTER_KINDS - 1));
	struct socket_work *work = bpf_map_lookup_elem(&socket_works, &zero);
	const struct kind_filter *of = bpf_map_lookup_elem(&filter_kinds, &place);
	__u64 found = 0;
	bool internet;

	if (!work || !of)
		return terms;
	internet = is_internet(work->facts.family);
	if (terms & of->port_terms) {
		if (internet)
			found = terms_of_many(half, kind, TEST_PORT, 0, work->facts.local_port) | terms_of_many(half, kind, TEST_PORT, 0, work->facts.remote_port);
		terms &= ~of->port_terms | found;
	}
	if (terms & of->net_terms)
		terms &= ~of->net_terms | (internet ? net_terms_of_ends(work, half, kind) : 0);
	return terms;
}

/* Without the terms that the current process rules out. */
__noinline __u64 terms_of_process(__u32 generation, __u32 kind, __u64 terms)
{
	__u32 place = (generation & 1) * FILTER_KINDS + (kind & (FILTER_KINDS - 1));
	struct filter filter = { .of = bpf_map_lookup_elem(&filter_kinds, &place), .generation = generation, .half = generation & 1, .kind = kind };
	struct task_struct *task = distrusted_current();

	return filter.of && task ? process_terms(&filter, task, terms) : terms;
}

#define SOCKET_PASSES 0
#define SOCKET_RULED_OUT 1
/* It passes, and a rule can tell equal ones apart. */
#define SOCKET_COUNTS 2
/* Whether no term can hold for an event of the class about the socket whose facts lie in socket_works; counted then, by what ruled it out first. */
static __always_inline int judge_class(__u32 kind, __u32 class)
{
	struct filter filter;
	bool only_ends;
	__u64 terms;

	if (!find_filter(&filter, kind))
		return SOCKET_PASSES;
	if (self_tgid && bpf_get_current_pid_tgid() >> 32 == self_tgid)
		return SOCKET_PASSES; /* begin() leaves it out */
	terms = class_terms(&filter, class);
	if (!terms) {
		count_filtered(kind, filtered_class);
		return SOCKET_RULED_OUT;
	}
	/* Who it is, is asked first where a term cares not where it goes: then the ends cannot rule out all. */
	only_ends = !(terms & ~(filter.of->port_terms | filter.of->net_terms));
	if (only_ends)
		terms = terms_of_ends(filter.half, kind, terms);
	if (terms) {
		terms = terms_of_process(filter.generation, kind, terms);
		if (!terms) {
			count_filtered(kind, filtered_process);
			return SOCKET_RULED_OUT;
		}
		if (!only_ends)
			terms = terms_of_ends(filter.half, kind, terms);
	}
	if (terms)
		return terms & filter.of->counting_terms ? SOCKET_COUNTS : SOCKET_PASSES;
	count_filtered(kind, filtered_object);
	return SOCKET_RULED_OUT;
}

/* Result and flags are the call's. */
static __always_inline int judge_socket(const struct socket_work *work, __u32 kind, __s64 ret, __u32 flags)
{
	return judge_class(kind, flags & TARSIER_FLAG_HAS_RESULT ? socket_class(work->facts.family, ret) : UNKNOWN_CLASS);
}

#endif
