/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts for findings: whether the boot stops and asks for a passphrase or a PIN, and for
 * what. From /etc/crypttab, the kernel command line, and the list of ZFS file systems.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/cmdline.h"
#include "base/text_file.h"
#include "facts/facts.h"

#define CRYPTTAB "/etc/crypttab"
#define KEYS_DIR "/etc/cryptsetup-keys.d"

/* An encrypted device, by /etc/crypttab, by the command line, or by both. */
struct crypt {
	struct span name;
	struct span device;
	struct span key;
	struct span options;
	bool is_in_table;
	bool has_key;		/* the command line names one */
};

struct reader {
	struct facts *facts;
	const struct root *root;
	struct span table;	/* /etc/crypttab */
	struct span cmdline;
	bool is_off;		/* "luks=no": nothing is unlocked by table or words */
	bool is_rd_off;		/* "rd.luks=0": nor in the initramfs */
};

/* The first that asks for certain is reported, else the first that may. */
void facts_note_passphrase(struct facts *facts, enum fact asks, const char *what,
			   struct span who)
{
	struct text t;
	bool is_surer = asks == FACT_YES && facts->asks_passphrase != FACT_YES;

	if (asks == FACT_NO || (facts->asks_for[0] && !is_surer))
		return;
	facts->asks_passphrase = (uint8_t)asks;
	t = TEXT_IN(facts->asks_for);
	text_add(&t, what);
	text_quote(&t, who);
}

static bool is_yes(struct span value)
{
	static const char *const no[] = { "no", "n", "false", "f", "off", "0", NULL };
	unsigned i;

	for (i = 0; no[i]; i++)
		if (value.s && span_is(value, no[i]))
			return false;
	return true;
}

/* Finds "NAME" or "NAME=VALUE" in a list "a,b=c". */
static bool option(struct span options, const char *name, struct span *ret_value)
{
	while (options.s && options.n > 0) {
		struct span value = span_cut(&options, ',');

		if (!span_is(span_cut(&value, '='), name))
			continue;
		*ret_value = value;
		return true;
	}
	return false;
}

/* /usr/share/doc/cryptsetup, README.keyscripts of Debian. */
static enum fact script_asks(struct span path)
{
	static const char *const asking[] = {
		"decrypt_keyctl", "decrypt_gnupg", "decrypt_gnupg-sc", "decrypt_opensc",
		"decrypt_openct", "decrypt_ssl", NULL,
	};
	struct span name = span_last(path, '/');
	unsigned i;

	for (i = 0; asking[i]; i++)
		if (span_is(name, asking[i]))
			return FACT_YES;
	return span_is(name, "decrypt_derived") || span_is(name, "passdev") ? FACT_NO :
	       FACT_UNKNOWN;
}

/* A token has a PIN or has none: where the options do not say so, its header would. */
static bool token_asks(struct span options, enum fact *ret_asks)
{
	struct span value, device;

	if (option(options, "tpm2-device", &device)) {
		*ret_asks = option(options, "tpm2-pin", &value) && is_yes(value) ?
			    FACT_YES : FACT_NO;
		return true;
	}
	if (option(options, "fido2-device", &device)) {
		*ret_asks = FACT_UNKNOWN;
		if (option(options, "fido2-pin", &value) ||
		    option(options, "fido2-with-client-pin", &value))
			*ret_asks = is_yes(value) ? FACT_YES : FACT_NO;
		return true;
	}
	if (!option(options, "pkcs11-uri", &device))
		return false;
	*ret_asks = span_has(device, "pin-value=") ? FACT_NO : FACT_UNKNOWN;
	return true;
}

/* systemd looks for a key there where none is named: crypttab(5). */
static bool has_key_file(const struct root *root, struct span name)
{
	char file[NAME_MAX], path[PATH_SIZE];
	struct text t = TEXT_IN(file);

	text_span(&t, name);
	text_add(&t, ".key");
	return !t.full && sysfs_path(path, KEYS_DIR, file, NULL) &&
	       sysfs_exists(root, path) == 1;
}

/* crypttab(5) of systemd and of Debian. */
static enum fact asks(const struct crypt *crypt, const struct root *root)
{
	struct span value;
	enum fact asks;

	if (option(crypt->options, "headless", &value) && is_yes(value))
		return FACT_NO;
	if (option(crypt->options, "noauto", &value) &&
	    !option(crypt->options, "x-initrd.attach", &value))
		return FACT_NO;
	if (option(crypt->options, "keyscript", &value))
		return script_asks(value);
	if (token_asks(crypt->options, &asks))
		return asks;
	if (crypt->has_key || has_key_file(root, crypt->name) ||
	    !(crypt->key.n == 0 || span_is(crypt->key, "none") ||
	      span_is(crypt->key, "-")))
		return FACT_NO;
	return FACT_YES;
}

/* The UUID of a value "UUID=REST", as systemd knows it: digits and dashes. */
static struct span cut_uuid(struct span *value)
{
	static const char digits[] = "0123456789abcdefABCDEF-";
	struct span rest = *value;
	struct span uuid = span_cut(&rest, '=');
	size_t i;

	for (i = 0; i < uuid.n; i++)
		if (!memchr(digits, uuid.s[i], sizeof(digits) - 1))
			return (struct span){ NULL, 0 };
	if (!rest.s)
		return (struct span){ NULL, 0 };
	*value = rest;
	return uuid;
}

/* Whether a spec ends in it: "UUID=1", "/dev/disk/by-uuid/1", "luks-1". */
static bool is_about(struct span spec, struct span uuid)
{
	return uuid.n > 0 && spec.n >= uuid.n &&
	       memcmp(spec.s + spec.n - uuid.n, uuid.s, uuid.n) == 0;
}

/* "NAME=VALUE" with NAME, or with "rd." before it. */
static bool word_is(const struct cmdline_word *word, const char *name)
{
	struct span its = word->name;

	if (span_starts(its, "rd."))
		its = (struct span){ its.s + 3, its.n - 3 };
	return span_is(its, name) && word->value.s;
}

/* Whether the value begins with the UUID of this device, or with none, which will do for
 * what is not in the table: systemd-cryptsetup-generator(8). */
static bool is_for(const struct crypt *crypt, struct span uuid, struct span *value)
{
	struct span of = cut_uuid(value);

	return of.s ? is_about(uuid, of) : !crypt->is_in_table;
}

/* dracut: rd.luks.key=PATH[:KEYDEV[:LUKSDEV]]; systemd: [UUID=]PATH[:KEYDEV]. */
static bool is_key_for(const struct crypt *crypt, struct span uuid, struct span value)
{
	struct span rest = value;

	span_cut(&rest, ':');
	if (rest.s)
		span_cut(&rest, ':');
	return rest.s ? is_about(rest, uuid) : is_for(crypt, uuid, &value);
}

/* systemd-cryptsetup-generator(8): the table is read once more after the initramfs. */
static bool is_ignored(const struct reader *reader, const struct cmdline_word *word)
{
	return reader->is_rd_off && span_starts(word->text, "rd.");
}

/* Adds what the command line says of the device with this UUID. */
static void add_words(const struct reader *reader, struct span uuid, struct crypt *crypt)
{
	struct span cmdline = reader->cmdline;
	struct cmdline_word word;

	while (cmdline_next(&cmdline, &word)) {
		if (is_ignored(reader, &word))
			continue;
		if (word_is(&word, "luks.key"))
			crypt->has_key |= is_key_for(crypt, uuid, word.value);
		if (word_is(&word, "luks.options") &&
		    is_for(crypt, uuid, &word.value))
			crypt->options = word.value;
	}
}

static bool read_line(struct span line, struct crypt *crypt)
{
	*crypt = (struct crypt){ .name = facts_word(&line), .is_in_table = true };
	crypt->device = facts_word(&line);
	crypt->key = facts_word(&line);
	crypt->options = facts_word(&line);
	return crypt->name.n > 0 && crypt->name.s[0] != '#' && crypt->device.n > 0;
}

static void read_table(const struct reader *reader)
{
	struct span table = reader->table;
	struct crypt crypt;

	while (table.s) {
		if (!read_line(span_cut(&table, '\n'), &crypt))
			continue;
		add_words(reader, span_last(span_last(crypt.device, '/'), '='), &crypt);
		facts_note_passphrase(reader->facts, asks(&crypt, reader->root),
				      CRYPTTAB ": ", crypt.name);
	}
}

/* Whether a line of the table is about the device that the command line names: then that
 * line was judged. */
static bool is_in_table(const struct reader *reader, struct span uuid, struct span name)
{
	struct span table = reader->table;
	struct crypt crypt;

	while (table.s)
		if (read_line(span_cut(&table, '\n'), &crypt) &&
		    (is_about(crypt.device, uuid) || is_about(crypt.name, uuid) ||
		     (name.n > 0 && span_equal(crypt.name, name))))
			return true;
	return false;
}

/* rd.luks.uuid=UUID, rd.luks.name=UUID=NAME */
static void read_named(const struct reader *reader, const struct cmdline_word *word)
{
	struct crypt crypt = { .name = word->value };
	struct span uuid = span_cut(&crypt.name, '=');

	if (span_starts(uuid, "luks-"))
		uuid = (struct span){ uuid.s + 5, uuid.n - 5 };
	if (uuid.n == 0 || is_in_table(reader, uuid, crypt.name))
		return;
	add_words(reader, uuid, &crypt);
	facts_note_passphrase(reader->facts, asks(&crypt, reader->root), "", word->text);
}

/* cryptopts=source=DEVICE,key=FILE,keyscript=PROGRAM of initramfs-tools. */
static void read_cryptopts(const struct reader *reader, const struct cmdline_word *word)
{
	struct crypt crypt = { .options = word->value };
	struct span key;

	if (option(word->value, "key", &key))
		crypt.key = key;
	facts_note_passphrase(reader->facts, asks(&crypt, reader->root), "", word->text);
}

static bool has_value(struct span cmdline, const char *name)
{
	struct cmdline_word word;

	while (cmdline_next(&cmdline, &word))
		if (span_is(word.name, name) && word.value.s)
			return true;
	return false;
}

static void read_word(const struct reader *reader, const struct cmdline_word *word)
{
	if (is_ignored(reader, word))
		return;
	if (word_is(word, "luks.uuid") || word_is(word, "luks.name"))
		read_named(reader, word);
	else if (word_is(word, "cryptopts"))
		read_cryptopts(reader, word);
	else if (word->value.s && (span_is(word->name, "crypt_root") ||
				   (span_is(word->name, "cryptdevice") &&
				    !has_value(reader->cmdline, "cryptkey"))))
		facts_note_passphrase(reader->facts, FACT_YES, "", word->text);
}

static void read_switches(struct reader *reader)
{
	struct span cmdline = reader->cmdline;
	struct cmdline_word word;

	while (cmdline_next(&cmdline, &word)) {
		bool is_off = word_is(&word, "luks") && !is_yes(word.value);

		reader->is_rd_off |= is_off && span_starts(word.text, "rd.");
		reader->is_off |= is_off && !span_starts(word.text, "rd.");
	}
}

/* What a callback of a directory listing gets. */
struct listing {
	const struct root *root;
	const char *dir;
	struct text *words;
};

/* All words but those of remarks: what else is there means nothing on a command line.
 * These quotes are the shell's, and are around all words. */
static void add_file(const struct root *root, const char *path, struct text *words)
{
	struct span text;
	char *buffer = text_file_read(root, path, &text);

	while (text.s) {
		struct span line = span_cut(&text, '\n');
		size_t i;

		text_char(words, ' ');
		for (i = 0; i < line.n && line.s[0] != '#'; i++)
			text_char(words, strchr("\"'", line.s[i]) ? ' ' : line.s[i]);
	}
	free(buffer);
}

static int add_listed(const char *name, void *with)
{
	struct listing *listing = with;
	char path[PATH_SIZE];

	if (span_ends(span_of(name), ".conf") &&
	    sysfs_path(path, listing->dir, name, NULL))
		add_file(listing->root, path, listing->words);
	return 0;
}

/* And what dracut puts beside it in an image: dracut.conf(5), dracut.cmdline(7). */
static void read_words(struct reader *reader, struct text *words)
{
	static const char *const dirs[] = {
		"/etc/dracut.conf.d", "/usr/lib/dracut/dracut.conf.d", "/etc/cmdline.d",
	};
	struct listing listing = { .root = reader->root, .words = words };
	unsigned i;

	text_add(words, reader->facts->cmdline);
	add_file(reader->root, "/etc/dracut.conf", words);
	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		listing.dir = dirs[i];
		sysfs_list(reader->root, dirs[i], add_listed, &listing);
	}
	reader->cmdline = text_is(words);
	read_switches(reader);
}

void facts_read_passphrase(struct facts *facts, const struct root *root)
{
	static char words[8 * CMDLINE_MAX];
	struct text t = TEXT_IN(words);
	struct reader reader = { .facts = facts, .root = root };
	char *buffer = text_file_read(root, CRYPTTAB, &reader.table);
	struct cmdline_word word;
	struct span rest;

	read_words(&reader, &t);
	rest = reader.cmdline;
	if (!reader.is_off)
		read_table(&reader);
	while (!reader.is_off && cmdline_next(&rest, &word))
		read_word(&reader, &word);
	free(buffer);
	facts_read_zfs(facts, root);
}
