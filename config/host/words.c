/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which devices the words of a command line name: those of the kernel, of dracut and of
 * systemd, Debian's and Arch's.
 */
#include <string.h>

#include "host/scan.h"

enum { FIELD_SIZE = 1024 };

/* How the value of a word names its device. */
enum form {
	FORM_SPEC,		/* as in fstab */
	FORM_HEAD,		/* a spec, then ":…" (cryptdevice=UUID=x:name) */
	FORM_LUKS,		/* the start of a LUKS device's UUID, "luks-" before it */
	FORM_VOLUME,		/* "vg/lv" */
	FORM_ARRAY,		/* UUID of an md array, in hex with any punctuation */
	FORM_NET,		/* anything means that the network is needed */
	FORM_LAN,		/* the same, by a card that need have no address */
	FORM_IBFT,		/* a switch: by the card of the firmware's iSCSI */
	FORM_SWITCH,		/* a switch: the network is needed */
	FORM_IP,		/* "dhcp", "eth0:dhcp", "10.0.0.2::10.0.0.1:::eth0:off" */
	FORM_KEY,		/* "PATH:SPEC" or "UUID=PATH:SPEC" */
	FORM_DATA,		/* "UUID=SPEC" */
	FORM_HEADER,		/* "UUID=OPTION,header=PATH:SPEC" */
	FORM_MOUNT,		/* "WHAT:WHERE:TYPE:OPTIONS" */
	FORM_SWAP,		/* "WHAT:OPTIONS" */
};

static const struct word {
	const char *start;
	enum form form;
	enum rule_for need;
	bool is_vital;		/* worth a note where it names nothing */
} words[] = {
	{ "root=", FORM_SPEC, FOR_ROOT, true },
	{ "real_root=", FORM_SPEC, FOR_ROOT, true },
	{ "usr=", FORM_SPEC, FOR_ROOT, false },
	{ "mount.usr=", FORM_SPEC, FOR_ROOT, false },
	{ "crypt_root=", FORM_SPEC, FOR_ROOT, false },
	{ "cryptdevice=", FORM_HEAD, FOR_ROOT, false },
	{ "cryptkey=", FORM_HEAD, FOR_ROOT, false },
	{ "zfs=", FORM_SPEC, FOR_ROOT, false },
	{ "boot=", FORM_SPEC, FOR_BOOT, false },
	{ "resume=", FORM_SPEC, FOR_RESUME, true },
	{ "rd.luks.uuid=", FORM_LUKS, FOR_ROOT, false },
	{ "luks.uuid=", FORM_LUKS, FOR_ROOT, false },
	{ "rd.luks.name=", FORM_LUKS, FOR_ROOT, false },
	{ "luks.name=", FORM_LUKS, FOR_ROOT, false },
	{ "rd.luks.key=", FORM_KEY, FOR_ROOT, true },
	{ "luks.key=", FORM_KEY, FOR_ROOT, true },
	{ "rd.luks.data=", FORM_DATA, FOR_ROOT, true },
	{ "luks.data=", FORM_DATA, FOR_ROOT, true },
	{ "rd.luks.options=", FORM_HEADER, FOR_ROOT, true },
	{ "luks.options=", FORM_HEADER, FOR_ROOT, true },
	{ "rd.lvm.lv=", FORM_VOLUME, FOR_ROOT, false },
	{ "rd.md.uuid=", FORM_ARRAY, FOR_ROOT, false },
	{ "netroot=", FORM_NET, FOR_NET, false },
	{ "nfsroot=", FORM_NET, FOR_NET, false },
	{ "nbdroot=", FORM_NET, FOR_NET, false },
	{ "iscsi_target_ip=", FORM_NET, FOR_NET, false },
	{ "rd.iscsi.target.ip=", FORM_NET, FOR_NET, false },
	{ "rd.nvmf.discover=", FORM_NET, FOR_NET, false },
	{ "nvmf.discover=", FORM_NET, FOR_NET, false },
	{ "fcoe=", FORM_LAN, FOR_NET, false },
	{ "rd.iscsi.firmware", FORM_IBFT, FOR_NET, false },
	{ "rd.iscsi.ibft", FORM_IBFT, FOR_NET, false },
	{ "ip=ibft", FORM_IBFT, FOR_NET, false },
	{ "rd.neednet", FORM_SWITCH, FOR_NET, false },	/* to unlock by it, too */
	{ "ip=", FORM_IP, FOR_NET, false },
	{ "IP=", FORM_IP, FOR_NET, false },		/* of initramfs-tools */
	{ "bootdev=", FORM_IP, FOR_NET, false },
	{ "RESUME=", FORM_SPEC, FOR_RESUME, true },	/* of initramfs-tools */
	{ "systemd.mount-extra=", FORM_MOUNT, FOR_MOUNT, false },
	{ "rd.systemd.mount-extra=", FORM_MOUNT, FOR_MOUNT, false },
	{ "systemd.swap-extra=", FORM_SWAP, FOR_SWAP, false },
	{ "rd.systemd.swap-extra=", FORM_SWAP, FOR_SWAP, false },
};

static void find_luks(struct host_scan *s, struct span value, struct host_found *found)
{
	unsigned i;

	value = span_cut(&value, '=');
	if (span_starts(value, "luks-"))
		value = (struct span){ value.s + 5, value.n - 5 };
	for (i = 0; i < s->blocks->n && value.n > 0; i++) {
		const struct host_block *b = &s->blocks->block[i];

		if (strcmp(b->type, "crypto_LUKS") == 0 &&
		    strlen(b->uuid) >= value.n &&
		    strncmp(b->uuid, value.s, value.n) == 0)
			host_found_add(s, found, b);
	}
}

/* "a1b2c3d4:…" and "a1b2c3d4-…" are the same array. */
static bool same_digits(struct span a, const char *b)
{
	size_t i = 0;

	for (;;) {
		while (i < a.n && strchr(":-", a.s[i]))
			i++;
		while (*b && strchr(":-", *b))
			b++;
		if (i == a.n || !*b)
			return i == a.n && !*b;
		if (a.s[i++] != *b++)
			return false;
	}
}

static void find_array(struct host_scan *s, struct span value, struct host_found *found)
{
	unsigned i;

	for (i = 0; i < s->blocks->n && value.n > 0; i++)
		if (strcmp(s->blocks->block[i].type, "linux_raid_member") == 0 &&
		    same_digits(value, s->blocks->block[i].uuid))
			host_found_add(s, found, &s->blocks->block[i]);
}

static bool find_volume(struct host_scan *s, struct span value, struct host_found *found)
{
	char path[PATH_SIZE];
	struct text t = TEXT_IN(path);

	text_add(&t, "/dev/");
	text_span(&t, value);
	return !t.full && host_spec_find(s, text_is(&t), found);
}

/* Without "UUID=" of the device that it is said of, which is hex and '-': a path or an
 * option that stands alone is neither. */
static struct span after_uuid(struct span value)
{
	struct span rest = value;
	struct span uuid = span_cut(&rest, '=');
	size_t i;

	for (i = 0; i < uuid.n; i++)
		if (!strchr("0123456789abcdefABCDEF-", uuid.s[i]))
			return value;
	return rest.s ? rest : value;
}

/* dracut: "PATH:KEYDEV:LUKSDEV"; systemd: "[UUID=]PATH[:KEYDEV]". */
static bool find_key(struct host_scan *s, struct span value, struct host_found *found)
{
	return host_tabs_key(s, after_uuid(value), false, found);
}

/* dracut's getargbool() */
static bool is_on(struct span value)
{
	return !span_is(value, "=0") && !span_is(value, "=no") && !span_is(value, "=off");
}

/* dracut.cmdline(7), and Documentation/admin-guide/nfs/nfsroot.rst: a field that is an
 * interface of ours says which one. */
static void find_ip(struct host_scan *s, struct span value, struct host_found *found)
{
	struct text t = TEXT_IN(found->server);

	if (span_is(value, "off") || span_is(value, "none"))
		return;
	found->is_net = true;
	while (value.s) {
		struct span field = span_cut(&value, ':');

		if (!host_nics_named(s->nics, field))
			continue;
		text_char(&t, '%');
		text_span(&t, field);
		return;
	}
}

static bool find_value(struct host_scan *s, enum form form, struct span value,
		       struct host_found *found)
{
	*found = (struct host_found){ .n = 0 };
	switch (form) {
	case FORM_SPEC:
		return host_spec_find(s, value, found);
	case FORM_HEAD:
		return host_spec_find(s, span_cut(&value, ':'), found);
	case FORM_LUKS:
		find_luks(s, value, found);
		break;
	case FORM_VOLUME:
		return find_volume(s, value, found);
	case FORM_ARRAY:
		find_array(s, value, found);
		break;
	case FORM_NET:
		host_found_server(found, value);
		break;
	case FORM_LAN:
		found->is_lan = true;
		break;
	case FORM_IBFT:
		found->is_ibft = is_on(value);
		break;
	case FORM_SWITCH:
		found->is_net = is_on(value);
		break;
	case FORM_IP:
		find_ip(s, value, found);
		break;
	case FORM_KEY:
		return find_key(s, value, found);
	case FORM_DATA:
		span_cut(&value, '=');
		return host_spec_find(s, value, found);
	case FORM_HEADER:
		value = host_tabs_option(after_uuid(value), "header");
		return value.n == 0 || host_tabs_key(s, value, false, found);
	case FORM_MOUNT:
	case FORM_SWAP:
		break;
	}
	return true;
}

/* Cuts a field off; "\:" and "\x3a" are no ends of it. False: there is none, or it is too
 * long. */
static bool cut_field(struct span *rest, char field[FIELD_SIZE])
{
	struct text raw, t;
	char buffer[FIELD_SIZE];
	size_t i;

	raw = TEXT_IN(buffer);
	text_init(&t, field, FIELD_SIZE);
	for (i = 0; i < rest->n && rest->s[i] != ':'; i++) {
		if (rest->s[i] == '\\' && i + 1 < rest->n && rest->s[i + 1] != 'x')
			i++;
		text_char(&raw, rest->s[i]);
	}
	host_decode(text_is(&raw), &t);
	if (i == rest->n)
		*rest = (struct span){ NULL, 0 };
	else
		*rest = (struct span){ rest->s + i + 1, rest->n - i - 1 };
	return t.n > 0 && !t.full && !raw.full;
}

/* systemd-fstab-generator(8) */
static void add_extra(struct host_scan *s, struct span value, bool is_swap,
		      const char *from)
{
	char what[FIELD_SIZE], where[FIELD_SIZE] = "", type[FIELD_SIZE] = "";
	char options[FIELD_SIZE] = "";

	if (!cut_field(&value, what) || (!is_swap && !cut_field(&value, where)))
		return;
	if (!is_swap && value.s)
		cut_field(&value, type);
	if (value.s)
		cut_field(&value, options);
	host_entry_add(s, what, is_swap ? NULL : where, type, options, from);
}

static void note_absent(struct host_scan *s, const char *from, struct span word)
{
	char what[HOST_NOTE_SIZE];
	struct text t = TEXT_IN(what);

	text_quote(&t, span_of(from));
	text_add(&t, " has ");
	host_note(s->host, what, word, ", which is not here");
}

static bool is_switch(enum form form)
{
	return form == FORM_IBFT || form == FORM_SWITCH;
}

static void scan_word(struct host_scan *s, struct span word, const char *from)
{
	struct host_found found;
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct span value = word;

		if (!span_starts(word, words[i].start))
			continue;
		value.s += strlen(words[i].start);
		value.n -= strlen(words[i].start);
		if ((value.n == 0 && !is_switch(words[i].form)) ||
		    memchr(value.s, '$', value.n))
			return;	/* a variable of the loader's */
		if (words[i].need != FOR_NET)
			host_names_note(s, value, from);
		if (words[i].form == FORM_MOUNT || words[i].form == FORM_SWAP)
			add_extra(s, value, words[i].form == FORM_SWAP, from);
		else if (find_value(s, words[i].form, value, &found))
			host_require(s, &found, words[i].need);
		else if (words[i].is_vital)
			note_absent(s, from, word);
		return;
	}
}

static bool is_between(char c)
{
	return c == ' ' || c == '\t' || c == '"' || c == '\'' || c == '\r' || c == '\n';
}

/* Of a file of the shell, where the quote is around all words. */
static bool is_assignment(struct span word)
{
	return span_starts(word, "GRUB_") || span_starts(word, "kernel_cmdline");
}

/* Quotes part words too: a quoted spec loses its quotes by that ("root=\"LABEL=x\""), but
 * for a word that ends in '=': it goes on behind the quote. */
void host_words_scan(struct host_scan *s, struct span line, const char *from)
{
	char word[PATH_SIZE];
	struct text t = TEXT_IN(word);
	size_t i;

	for (i = 0; i <= line.n; i++) {
		if (i < line.n && !is_between(line.s[i])) {
			text_char(&t, line.s[i]);
			continue;
		}
		if (i < line.n && (line.s[i] == '"' || line.s[i] == '\'') && t.n > 0 &&
		    t.s[t.n - 1] == '=' && !is_assignment(text_is(&t)))
			continue;
		if (t.n > 0 && !t.full) {
			host_counts_word(s, text_is(&t));
			scan_word(s, text_is(&t), from);
		}
		text_init(&t, word, sizeof(word));
	}
	host_counts_line(s);
}
