// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "table.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

/* ---- checking ---- */

static bool fits(const struct prevent_table *head, struct prevent_span span, size_t size)
{
	return span.first % 4 == 0 && span.first <= head->bytes && (uint64_t)span.count * size <= head->bytes - span.first;
}

static bool within(struct prevent_span span, uint32_t count)
{
	return span.first <= count && span.count <= count - span.first;
}

/* Children stand before their parents, so there is no circle; how deep they are nested is counted on the way. */
static bool nodes_are_sound(const struct table *table)
{
	static uint8_t depths[PREVENT_MAX_NODES];
	const struct prevent_table *head = table->head;

	for (uint32_t i = 0; i < head->nodes.count; i++) {
		const struct prevent_node *node = &table->nodes[i];
		unsigned int depth = 0;

		if (node->op >= PREVENT_OPS || (node->op == PREVENT_TEST && node->first >= head->tests.count))
			return false;
		if (node->op == PREVENT_NOT && node->first >= i)
			return false;
		if (node->op == PREVENT_NOT)
			depth = depths[node->first];
		if (node->op == PREVENT_AND || node->op == PREVENT_OR) {
			if (!within((struct prevent_span){ node->first, node->count }, head->children.count))
				return false;
			for (uint32_t child = 0; child < node->count; child++) {
				uint32_t at = table->children[node->first + child];

				if (at >= i)
					return false;
				depth = depths[at] > depth ? depths[at] : depth;
			}
		}
		if (depth + 1 > PREVENT_MAX_DEPTH)
			return false;
		depths[i] = (uint8_t)(depth + 1);
	}
	return true;
}

static bool leaves_are_sound(const struct table *table)
{
	const struct prevent_table *head = table->head;

	for (uint32_t i = 0; i < head->tests.count; i++) {
		const struct prevent_test *test = &table->tests[i];

		if (test->fact >= PREVENT_FACTS || test->compare >= PREVENT_COMPARES ||
		    !within((struct prevent_span){ test->first, test->count }, head->texts.count))
			return false;
	}
	for (uint32_t i = 0; i < head->texts.count; i++)
		if (table->texts[i].bytes && !within((struct prevent_span){ table->texts[i].first, table->texts[i].bytes }, head->text_bytes.count))
			return false;
	for (uint32_t i = 0; i < head->rules.count; i++)
		if (table->rules[i].kind >= PREVENT_KINDS || table->rules[i].root >= head->nodes.count)
			return false;
	for (int kind = 0; kind < PREVENT_KINDS; kind++)
		if (!within(head->places[kind], head->texts.count))
			return false;
	return within(head->mounts, head->texts.count) && within(head->protected, head->texts.count) &&
	       within(head->of_root, head->texts.count) && within(head->quiet, head->texts.count);
}

static bool is_sound(struct table *table, size_t bytes)
{
	const struct prevent_table *head = table->head;
	const char *base = (const char *)head;

	if (head->magic != PREVENT_MAGIC || head->bytes != bytes || head->nodes.count > PREVENT_MAX_NODES || head->rules.count > PREVENT_MAX_RULES)
		return false;
	if (!fits(head, head->nodes, sizeof(struct prevent_node)) || !fits(head, head->children, sizeof(uint32_t)) ||
	    !fits(head, head->tests, sizeof(struct prevent_test)) || !fits(head, head->texts, sizeof(struct prevent_text)) ||
	    !fits(head, head->rules, sizeof(struct prevent_rule)) || !fits(head, head->text_bytes, 1))
		return false;
	table->nodes = (const void *)(base + head->nodes.first);
	table->children = (const void *)(base + head->children.first);
	table->tests = (const void *)(base + head->tests.first);
	table->texts = (const void *)(base + head->texts.first);
	table->rules = (const void *)(base + head->rules.first);
	table->bytes = base + head->text_bytes.first;
	return nodes_are_sound(table) && leaves_are_sound(table);
}

int table_take(struct table *table, int memory, size_t bytes)
{
	struct table next = { 0 };

	if (bytes < sizeof(struct prevent_table) || bytes > PREVENT_MAX_TABLE_BYTES)
		return -EINVAL;
	void *mapped = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE | MAP_POPULATE, memory, 0);

	if (mapped == MAP_FAILED)
		return -errno;
	next.head = mapped;
	if (!is_sound(&next, bytes)) {
		munmap(mapped, bytes);
		return -EINVAL;
	}
	for (uint32_t i = 0; i < next.head->rules.count; i++)
		next.wants[next.rules[i].kind] = true;
	if (table->head)
		munmap((void *)table->head, table->head->bytes);
	*table = next;
	return 0;
}

/* ---- judging ---- */

struct view {
	const char *at;
	uint32_t bytes;
};

static struct view text_of(const struct table *table, uint32_t text)
{
	return (struct view){ table->bytes + table->texts[text].first, table->texts[text].bytes };
}

static int order(struct view a, struct view b)
{
	uint32_t shorter = a.bytes < b.bytes ? a.bytes : b.bytes;
	int by_bytes = memcmp(a.at, b.at, shorter);

	return by_bytes ? by_bytes : a.bytes < b.bytes ? -1 : a.bytes > b.bytes;
}

static bool begins(struct view value, struct view with)
{
	return value.bytes >= with.bytes && memcmp(value.at, with.at, with.bytes) == 0;
}

static bool is_one_of(const struct table *table, struct prevent_span texts, struct view value)
{
	uint32_t low = texts.first, high = texts.first + texts.count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int by = order(value, text_of(table, middle));

		if (by == 0)
			return true;
		if (by < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

static bool compares(const struct table *table, const struct prevent_test *test, struct view value)
{
	if (test->compare == PREVENT_EQUAL)
		return is_one_of(table, (struct prevent_span){ test->first, test->count }, value);
	for (uint32_t i = 0; i < test->count; i++) {
		struct view with = text_of(table, test->first + i);

		if (with.bytes > value.bytes)
			continue;
		if (test->compare == PREVENT_BEGINS && begins(value, with))
			return true;
		if (test->compare == PREVENT_ENDS && memcmp(value.at + value.bytes - with.bytes, with.at, with.bytes) == 0)
			return true;
		if (test->compare == PREVENT_HOLDS && memmem(value.at, value.bytes, with.at, with.bytes))
			return true;
	}
	return false;
}

static bool has_number(const struct table *table, const struct prevent_test *test, uint32_t value)
{
	for (uint32_t i = 0; i < test->count; i++)
		if (table->texts[test->first + i].first == value)
			return true;
	return false;
}

static enum truth in_situation(struct facts *facts, uint32_t mask)
{
	for (int twice = 0; twice < 2; twice++) {
		if ((facts->situations & mask) == 0)
			return NO;
		if ((facts->situations & ~mask) == 0)
			return YES;
		if (!facts->may_load || !facts_load(facts, OF_CALL))
			return UNSURE;
	}
	return UNSURE;
}

#define COMM_BYTES 15u

static struct view part_of(const struct text *path, enum prevent_fact part)
{
	const char *slash = memrchr(path->at, '/', path->bytes);

	if (part == PREVENT_PATH || !slash)
		return (struct view){ path->at, path->bytes };
	uint32_t before = (uint32_t)(slash - path->at), name = path->bytes - before - 1;

	if (part == PREVENT_DIRECTORY)
		return (struct view){ path->at, before ? before : 1 };
	return (struct view){ slash + 1, part == PREVENT_COMM_TO_BE && name > COMM_BYTES ? COMM_BYTES : name };
}

static uint32_t group_of(uint32_t fact)
{
	return fact == PREVENT_EXE ? OF_PROGRAM : fact == PREVENT_COMM ? OF_NAME : fact == PREVENT_ON_HOST ? OF_PLACE : OF_IDS;
}

static enum truth test_holds(const struct table *table, const struct prevent_test *test, struct facts *facts)
{
	switch ((enum prevent_fact)test->fact) {
	case PREVENT_SITUATION:
		return in_situation(facts, test->mask[facts->kind]);
	case PREVENT_PATH:
	case PREVENT_NAME:
	case PREVENT_COMM_TO_BE:
	case PREVENT_DIRECTORY:
		facts_load(facts, OF_PATH);
		/* All that is known of such a path is that no text is equal to it. */
		if (facts->is_out_of_reach && !(test->fact == PREVENT_PATH && test->compare == PREVENT_EQUAL))
			return UNSURE;
		return compares(table, test, part_of(&facts->path, test->fact)) ? YES : NO;
	default:
		break;
	}
	if (!facts->may_load || !facts_load(facts, group_of(test->fact)))
		return UNSURE;
	switch ((enum prevent_fact)test->fact) {
	case PREVENT_EXE:
		return compares(table, test, (struct view){ facts->exe.at, facts->exe.bytes }) ? YES : NO;
	case PREVENT_COMM:
		return compares(table, test, (struct view){ facts->comm, (uint32_t)strnlen(facts->comm, sizeof(facts->comm)) }) ? YES : NO;
	case PREVENT_EUID:
		return has_number(table, test, facts->euid) ? YES : NO;
	case PREVENT_RUID:
		return has_number(table, test, facts->ruid) ? YES : NO;
	case PREVENT_ON_HOST:
		/* In another mount namespace it may be a container, or a service with a view of its own. */
		return facts->on_host ? YES : UNSURE;
	default:
		return UNSURE;
	}
}

/* What each node came to for the event at hand; 0: not asked yet. */
static uint8_t known[PREVENT_MAX_NODES];

static enum truth node_holds(const struct table *table, uint32_t at, struct facts *facts);

/* For `and` NO decides, for `or` YES. */
static enum truth group_holds(const struct table *table, const struct prevent_node *node, struct facts *facts)
{
	enum truth deciding = node->op == PREVENT_AND ? NO : YES, result = node->op == PREVENT_AND ? YES : NO;

	for (uint32_t i = 0; i < node->count; i++) {
		enum truth one = node_holds(table, table->children[node->first + i], facts);

		if (one == deciding)
			return deciding;
		if (one == UNSURE)
			result = UNSURE;
	}
	return result;
}

static enum truth node_holds(const struct table *table, uint32_t at, struct facts *facts)
{
	const struct prevent_node *node = &table->nodes[at];
	enum truth result = UNSURE;

	if (known[at])
		return known[at] - 1;
	switch ((enum prevent_op)node->op) {
	case PREVENT_FALSE:
		result = NO;
		break;
	case PREVENT_TRUE:
		result = YES;
		break;
	case PREVENT_TEST:
		result = test_holds(table, &table->tests[node->first], facts);
		break;
	case PREVENT_NOT:
		result = node_holds(table, node->first, facts);
		result = result == UNSURE ? UNSURE : result == YES ? NO : YES;
		break;
	case PREVENT_AND:
	case PREVENT_OR:
		result = group_holds(table, node, facts);
		break;
	default:
		break;
	}
	known[at] = (uint8_t)(result + 1);
	return result;
}

struct verdict table_judge(const struct table *table, struct facts *facts)
{
	struct verdict verdict = { NO, -1 };

	memset(known, 0, table->head->nodes.count);
	/* First those that may deny: a rule that is only tried out hides none of them. */
	for (int quiet = 0; quiet < 2; quiet++)
		for (uint32_t i = 0; i < table->head->rules.count; i++) {
			const struct prevent_rule *rule = &table->rules[i];

			if (rule->kind != facts->kind || (rule->quiet != 0) != (quiet == 1))
				continue;
			enum truth truth = node_holds(table, rule->root, facts);

			if (truth == YES && (!quiet || verdict.truth == NO))
				return (struct verdict){ YES, (int)i };
			if (truth == UNSURE && verdict.truth == NO)
				verdict = (struct verdict){ UNSURE, (int)i };
		}
	return verdict;
}

/* ---- exemptions and places ---- */

bool table_is_protected(const struct table *table, const struct facts *facts)
{
	struct view exe = { facts->exe.at, facts->exe.bytes };
	int agent = (int)table->head->agent_pid;

	if (facts->pid == 1 || facts->pid == agent || facts->ppid == agent)
		return true;
	if (!facts->on_host)
		return false;
	return is_one_of(table, table->head->protected, exe) || (is_one_of(table, table->head->of_root, exe) && facts_runs_as_meant(facts));
}

bool table_is_quiet(const struct table *table, const struct text *path)
{
	for (uint32_t i = 0; i < table->head->quiet.count; i++)
		if (begins((struct view){ path->at, path->bytes }, text_of(table, table->head->quiet.first + i)))
			return true;
	return false;
}

/* A place lies on a file system when that is mounted below it, or is the deepest one that is mounted above. */
static bool holds_place(struct view place, const struct mount_facts *mount)
{
	static char path[PREVENT_PATH_MAX];
	size_t length = strlen(mount->point);

	if (begins((struct view){ mount->point, (uint32_t)length }, place))
		return true;
	if (place.bytes >= sizeof(path))
		return true;
	memcpy(path, place.at, place.bytes);
	path[place.bytes] = 0;
	bool is_above = length == 1 || (strncmp(path, mount->point, length) == 0 && (path[length] == '/' || path[length] == 0));

	return is_above && !mount->has_deeper(mount->point, path);
}

bool table_names_mount(const struct table *table, const char *point)
{
	struct prevent_span mounts = table->head->mounts;

	for (uint32_t i = 0; i < mounts.count; i++)
		if (order((struct view){ point, (uint32_t)strlen(point) }, text_of(table, mounts.first + i)) == 0)
			return true;
	return mounts.count == 0;
}

bool table_wants_mount(const struct table *table, enum prevent_kind kind, const struct mount_facts *mount)
{
	const struct prevent_table *head = table->head;
	struct prevent_span places = head->places[kind];

	if (!table->wants[kind] || !table_names_mount(table, mount->point))
		return false;
	if (head->mounts.count > 0)
		return true;
	if (head->everywhere[kind] || (head->flags & PREVENT_CONTAINERS && strcmp(mount->type, "overlay") == 0))
		return true;
	for (uint32_t i = 0; i < places.count; i++)
		if (holds_place(text_of(table, places.first + i), mount))
			return true;
	return false;
}
