// SPDX-License-Identifier: GPL-2.0
/* The key ring of the kernel: secrets of other programs may lie there. */

#define KEYCTL_JOIN_SESSION_KEYRING 1
/* Names of key types have at most 31 bytes (KEY_MAX_DESC_SIZE is more, but no registered type is longer). */
#define KEY_TYPE_MAX 32

static __always_inline int key_keyctl(const struct call *call)
{
	struct tarsier_key_keyctl *record;
	struct slot *slot = begin(TARSIER_KIND_KEY_KEYCTL, sizeof(*record), call);

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->operation = call->args[0];
	if (call->args[0] != KEYCTL_JOIN_SESSION_KEYRING)
		record->key_id = call->args[1];
	else if (call->args[1])
		record->key_description = append_user_text(slot, LIMIT(KEY_KEYCTL, KEY_DESCRIPTION), (void *)call->args[1]);
	return emit(slot);
}

SYSCALL(key_keyctl, keyctl, KEYCTL, key_keyctl)
COMPAT(key_keyctl, 288, keyctl, KEYCTL, key_keyctl)

/* add_key and request_key: both begin with a type and a description, and return the key. */
static __always_inline int key_by_name(const struct call *call)
{
	struct tarsier_key_keyctl *record;
	struct slot *slot = begin(TARSIER_KIND_KEY_KEYCTL, sizeof(*record), call);
	__u32 type, description = 0, start;

	if (!slot)
		return 0;
	record = (void *)slot->record;
	record->operation = -1;
	record->key_id = call->ret > 0 ? call->ret : 0;
	start = next_at(slot);
	type = append_user_text(slot, TARSIER_KEY_KEYCTL_KEY_DESCRIPTION_BIT, KEY_TYPE_MAX, (void *)call->args[0]) >> 16;
	slot->record[next_at(slot)] = ':';
	slot->length++;
	if (call->args[1])
		description = append_user_text(slot, TARSIER_KEY_KEYCTL_KEY_DESCRIPTION_BIT,
					       TARSIER_KEY_KEYCTL_KEY_DESCRIPTION_MAX - KEY_TYPE_MAX - 1, (void *)call->args[1]) >> 16;
	record->key_description = start | (type + 1 + description) << 16;
	return emit(slot);
}

SYSCALL(key_keyctl, add_key, ADD_KEY, key_by_name)
SYSCALL(key_keyctl, request_key, REQUEST_KEY, key_by_name)
COMPAT(key_keyctl, 286, add_key, ADD_KEY, key_by_name)
COMPAT(key_keyctl, 287, request_key, REQUEST_KEY, key_by_name)
