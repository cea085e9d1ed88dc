/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each function holds, in words for people: file systems and swap, interfaces with
 * an address, consoles, the only keyboard. Nothing is decided by these texts.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/scan.h"

/* Volumes of one group have the same words. */
static bool has_hold(const struct host *host, unsigned i, const struct text *t)
{
	const struct host_hold *hold;
	unsigned at = 0;

	while ((hold = host_next_hold(host, i, &at)))
		if (span_is(text_is(t), hold->text))
			return true;
	return false;
}

void host_hold_add(struct host_scan *s, const uint8_t functions[], enum host_kind kind,
		   const struct text *t)
{
	struct host *host = s->host;
	unsigned i;

	for (i = 0; i < s->m->n; i++) {
		if (!functions[i] || s->m->fn[i].is_bridge || has_hold(host, i, t))
			continue;
		if (host->n_holds < HOST_HOLDS_MAX) {
			struct host_hold *hold = &host->hold[host->n_holds];
			struct text to = TEXT_IN(hold->text);

			hold->fn = (uint16_t)i;
			hold->kind = (uint8_t)kind;
			text_span(&to, text_is(t));
		}
		host->n_holds++;
	}
}

/* "238.5G" */
static void size_text(uint64_t sectors, struct text *t)
{
	static const char units[] = "KMGTPE";
	uint64_t tenths = sectors > UINT64_MAX / 10 ? UINT64_MAX / 2 : sectors * 10 / 2;
	unsigned unit = 0;

	while (tenths >= 10240 && units[unit + 1]) {
		tenths /= 1024;
		unit++;
	}
	text_decimal(t, tenths / 10);
	if (tenths % 10 && tenths < 10000) {
		text_char(t, '.');
		text_decimal(t, tenths % 10);
	}
	text_char(t, units[unit]);
}

static bool is_mounted(const struct host_block *b)
{
	return b->mounts > 0 || b->is_swap;
}

static void file_system_text(const struct host_block *b, struct text *t)
{
	const char *name = b->dm_name[0] ? b->dm_name : b->name;
	const char *type = b->type[0] ? b->type : "file system";

	if (b->is_swap)
		type = "swap";
	if (b->mounts > 0) {
		text_add(t, b->mount);
		if (b->more_mounts > 0) {
			text_add(t, " and ");
			text_decimal(t, b->more_mounts);
			text_add(t, " more");
		}
		text_char(t, ' ');
	}
	text_quote(t, span_of(type));
	text_char(t, ' ');
	text_quote(t, span_of(name));
	if (b->sectors > 0) {
		text_char(t, ' ');
		size_text(b->sectors, t);
	}
	if (b->label[0]) {
		text_add(t, " \"");
		text_quote(t, span_of(b->label));
		text_char(t, '"');
	}
	if (!is_mounted(b))
		text_add(t, ", not mounted");
}

static void hold_block(struct host_scan *s, const struct host_block *b)
{
	struct host_reach reach = { .is_net = false };
	char text[HOST_HOLD_SIZE];
	struct text t = TEXT_IN(text);
	unsigned i = s->host->n_holds;

	host_walk(s, b, &reach);
	file_system_text(b, &t);
	host_hold_add(s, reach.functions, b->is_swap ? HOST_SWAP : HOST_FILES, &t);
	for (; i < s->host->n_holds; i++)
		s->host->hold[i].is_idle = !is_mounted(b);
}

void host_hold_mounted(struct host_scan *s)
{
	unsigned i;

	for (i = 0; i < s->blocks->n; i++)
		if (is_mounted(&s->blocks->block[i]))
			hold_block(s, &s->blocks->block[i]);
}

/* What other devices stand on is reported as theirs. */
static void hold_others(struct host_scan *s)
{
	unsigned i;

	for (i = 0; i < s->blocks->n; i++) {
		const struct host_block *b = &s->blocks->block[i];

		if (!is_mounted(b) && b->type[0] && !host_block_is_held(s->blocks, b))
			hold_block(s, b);
	}
}

/* What host_nic_below() hands on. */
struct below {
	struct host_scan *s;
	const struct host_nic *top;
};

static void hold_nic(const struct host_nic *nic, void *with)
{
	struct below *below = with;
	uint8_t functions[FUNCTIONS_MAX] = { 0 };
	char text[HOST_HOLD_SIZE];
	struct text t = TEXT_IN(text);

	text_quote(&t, span_of(nic->name));
	if (nic != below->top) {
		text_add(&t, " below ");
		text_quote(&t, span_of(below->top->name));
		text_char(&t, ',');
	}
	text_add(&t, below->top->has_default ? " default route" : " address");
	host_walk_path(below->s, span_of(nic->path), functions);
	host_hold_add(below->s, functions,
		      below->top->has_default ? HOST_ROUTE : HOST_NET, &t);
}

static void hold_nics(struct host_scan *s)
{
	unsigned i;

	for (i = 0; i < s->nics->n; i++) {
		struct below below = { s, &s->nics->nic[i] };

		if (below.top->has_address)
			host_nic_below(s->nics, below.top, hold_nic, &below);
	}
}

static void hold_console(struct host_scan *s, struct span name)
{
	uint8_t functions[FUNCTIONS_MAX] = { 0 };
	char path[PATH_SIZE], link[PATH_SIZE], text[HOST_HOLD_SIZE];
	struct text p = TEXT_IN(path);
	struct text t = TEXT_IN(text);

	text_add(&p, "/sys/class/tty/");
	text_span(&p, name);
	if (p.full || memchr(name.s, '/', name.n) ||
	    sysfs_link(s->root, path, link, sizeof(link)) < 0)
		return;
	text_add(&t, "console ");
	text_quote(&t, name);
	host_walk_path(s, span_of(link), functions);
	host_hold_add(s, functions, HOST_CONSOLE, &t);
}

static void hold_consoles(struct host_scan *s)
{
	struct span text;
	char *buffer = host_read(s, "/sys/class/tty/console/active", &text);
	struct span line = span_cut(&text, '\n');

	while (line.s) {
		struct span name = span_cut(&line, ' ');

		if (name.n > 0)
			hold_console(s, name);
	}
	free(buffer);
}

/* One device of /proc/bus/input/devices, and what was seen before it. */
struct keyboards {
	struct host_scan *s;
	struct span name;
	struct span path;
	unsigned n;		/* keyboards so far */
	struct span first;	/* name of the first */
	bool is_elsewhere;	/* one of them is on no PCI function, or on another */
	uint8_t functions[FUNCTIONS_MAX];
};

/* The first 31 keys: as udev's input_id tells a keyboard from a button with a key. */
static bool is_keyboard(struct span keys)
{
	struct span word = { NULL, 0 };
	uint64_t bits;

	while (keys.s)
		word = span_cut(&keys, ' ');
	return span_number(word, 16, 16, UINT64_MAX, &bits) == 0 &&
	       (bits & 0xfffffffe) == 0xfffffffe;
}

/* Those that stay are for findings to count. */
static void mark_keyboard(struct host_scan *s, const uint8_t functions[])
{
	bool is_any = false;
	unsigned i;

	for (i = 0; i < s->m->n; i++) {
		if (!functions[i] || s->m->fn[i].is_bridge)
			continue;
		s->host->has_keyboard[i] = true;
		is_any = true;
	}
	if (!is_any)
		s->host->has_fixed_keyboard = true;
}

static void add_keyboard(struct keyboards *k)
{
	uint8_t functions[FUNCTIONS_MAX] = { 0 };

	if (span_starts(k->path, "/devices/virtual/"))
		return;
	host_walk_path(k->s, k->path, functions);
	mark_keyboard(k->s, functions);
	if (k->n++ == 0) {
		k->first = k->name;
		memcpy(k->functions, functions, sizeof(functions));
	}
	if (memcmp(k->functions, functions, sizeof(functions)) != 0)
		k->is_elsewhere = true;
}

static void read_input(struct keyboards *k, struct span line)
{
	struct span value = line;

	span_cut(&value, '=');
	value = sysfs_trim(value.s, (ssize_t)value.n);
	if (span_starts(line, "N: Name="))
		k->name = value;
	else if (span_starts(line, "S: Sysfs="))
		k->path = value;
	else if (span_starts(line, "B: KEY=") && is_keyboard(value))
		add_keyboard(k);
}

static void hold_keyboard(struct host_scan *s)
{
	struct keyboards k = { .s = s };
	struct span text;
	char *buffer = host_read(s, "/proc/bus/input/devices", &text);
	char words[HOST_HOLD_SIZE];
	struct text t = TEXT_IN(words);

	while (text.s)
		read_input(&k, span_cut(&text, '\n'));
	text_add(&t, "the only keyboard ");
	text_quote(&t, k.first);
	if (k.n > 0 && !k.is_elsewhere)
		host_hold_add(s, k.functions, HOST_KEYBOARD, &t);
	free(buffer);
}

int host_hold_scan(struct host_scan *s, struct fault *reterr)
{
	hold_others(s);
	hold_nics(s);
	hold_consoles(s);
	hold_keyboard(s);
	if (s->host->n_holds <= HOST_HOLDS_MAX)
		return 0;
	s->host->n_holds = HOST_HOLDS_MAX;
	return fault_set(reterr, E2BIG, "more file systems and interfaces than the limit "
			 "HOST_HOLDS_MAX, 8192", NULL);
}
