/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine as text: "machine 1", then one line of key=value a function. Written by the
 * binder at every boot and by "earlybind record", read by every verb of the host tool, so
 * that any boot can be replayed. earlybind-machine(5) has the keys.
 */
#include "machine.h"

#include <errno.h>

static const char *const cpu_words[] = {
	[CPU_UNKNOWN] = NULL,
	[CPU_INTEL] = "intel",
	[CPU_AMD] = "amd",
	[CPU_ARM] = "arm",
};

void machine_head_text(const struct machine *m, struct text *t)
{
	text_add(t, "machine 1");
	if (cpu_words[m->cpu]) {
		text_add(t, " cpu=");
		text_add(t, cpu_words[m->cpu]);
	}
	if (m->home) {
		text_add(t, " home=");
		text_hex(t, m->home, 16);
	}
	text_char(t, '\n');
}

static const char *const screen_words[] = {
	[SCREEN_UNKNOWN] = NULL,
	[SCREEN_NONE] = "none",
	[SCREEN_YES] = "yes",
	[SCREEN_TEXT] = "text",
	[SCREEN_FRAMEBUFFER] = "framebuffer",
};

static void fact_text(const char *key, enum fact fact, struct text *t)
{
	if (fact == FACT_UNKNOWN)
		return;
	text_char(t, ' ');
	text_add(t, key);
	text_add(t, fact == FACT_YES ? "=1" : "=0");
}

static void number_text(const char *key, unsigned n, struct text *t)
{
	if (n == 0)
		return;
	text_char(t, ' ');
	text_add(t, key);
	text_char(t, '=');
	text_decimal(t, n);
}

static void group_text(int32_t group, struct text *t)
{
	if (group == GROUP_UNKNOWN)
		return;
	text_add(t, " group=");
	if (group == GROUP_NONE)
		text_add(t, "none");
	else
		text_decimal(t, (uint64_t)group);
}

static void dsn_text(const struct function *f, struct text *t)
{
	if (f->has_dsn == FACT_UNKNOWN)
		return;
	text_add(t, " dsn=");
	if (f->has_dsn == FACT_YES)
		pci_dsn_text(f->dsn, t);
	else
		text_add(t, "none");
}

void machine_function_text(const struct machine *m, unsigned i, bool dsn, struct text *t)
{
	const struct function *f = &m->fn[i];

	text_add(t, "address=");
	pci_addr_text(f->addr, t);
	if (f->path.hops >= 0) {
		text_add(t, " path=");
		pci_path_text(&f->path, t);
	}
	text_add(t, " id=");
	pci_id_text(f->id, t);
	text_add(t, " subsystem=");
	pci_id_text(f->subsystem, t);
	text_add(t, " class=");
	text_hex(t, f->class, 6);
	group_text(f->group, t);
	if (f->is_bridge)
		text_add(t, " bridge=1");
	if (f->is_ari)
		text_add(t, " ari=1");
	if (f->is_stuck)
		text_add(t, " stuck=1");
	number_text("vfs", f->vf_reach, t);
	number_text("numvfs", f->n_vfs, t);
	if (f->is_vf) {
		text_add(t, " physfn=");
		pci_addr_text(f->pf, t);
	}
	fact_text("boot_vga", f->boot_vga, t);
	if (screen_words[f->screen]) {
		text_add(t, " screen=");
		text_add(t, screen_words[f->screen]);
	}
	fact_text("direct", f->has_direct, t);
	fact_text("reset", f->has_reset, t);
	if (dsn)
		dsn_text(f, t);
	text_char(t, '\n');
}

static int parse_flag(struct span value, uint8_t *ret_fact)
{
	if (!span_is(value, "0") && !span_is(value, "1"))
		return -EINVAL;
	*ret_fact = value.s[0] == '1' ? FACT_YES : FACT_NO;
	return 0;
}

static int parse_screen(struct span value, uint8_t *ret_screen)
{
	unsigned i;

	for (i = SCREEN_NONE; i <= SCREEN_FRAMEBUFFER; i++)
		if (span_is(value, screen_words[i])) {
			*ret_screen = (uint8_t)i;
			return 0;
		}
	return -EINVAL;
}

static int parse_group(struct span value, int32_t *ret_group)
{
	uint64_t n;

	if (span_is(value, "none")) {
		*ret_group = GROUP_NONE;
		return 0;
	}
	if (span_number(value, 10, 9, INT32_MAX, &n) < 0)
		return -EINVAL;
	*ret_group = (int32_t)n;
	return 0;
}

static int parse_number(struct span value, uint16_t *ret_n)
{
	uint64_t n;

	if (span_number(value, 10, 5, UINT16_MAX, &n) < 0)
		return -EINVAL;
	*ret_n = (uint16_t)n;
	return 0;
}

static int parse_dsn(struct span value, struct function *f)
{
	if (span_is(value, "none")) {
		f->has_dsn = FACT_NO;
		return 0;
	}
	f->has_dsn = FACT_YES;
	return pci_dsn_parse(value, &f->dsn);
}

static int parse_class(struct span value, uint32_t *ret_class)
{
	uint64_t n;

	if (value.n != 6 || span_number(value, 16, 6, 0xffffff, &n) < 0)
		return -EINVAL;
	*ret_class = (uint32_t)n;
	return 0;
}

enum key { KEY_ADDRESS = 1, KEY_ID = 2, KEY_CLASS = 4 };

/* Unknown keys are left alone: a later version may add some. */
static int parse_key(struct function *f, struct span key, struct span value,
		     unsigned *keys)
{
	uint8_t fact;

	if (span_is(key, "address")) {
		*keys |= KEY_ADDRESS;
		return pci_addr_parse(value, &f->addr);
	}
	if (span_is(key, "id")) {
		*keys |= KEY_ID;
		return pci_id_parse(value, &f->id);
	}
	if (span_is(key, "class")) {
		*keys |= KEY_CLASS;
		return parse_class(value, &f->class);
	}
	if (span_is(key, "path"))
		return pci_path_parse(value, &f->path);
	if (span_is(key, "subsystem"))
		return pci_id_parse(value, &f->subsystem);
	if (span_is(key, "group"))
		return parse_group(value, &f->group);
	if (span_is(key, "dsn"))
		return parse_dsn(value, f);
	if (span_is(key, "boot_vga"))
		return parse_flag(value, &f->boot_vga);
	if (span_is(key, "screen"))
		return parse_screen(value, &f->screen);
	if (span_is(key, "direct"))
		return parse_flag(value, &f->has_direct);
	if (span_is(key, "reset"))
		return parse_flag(value, &f->has_reset);
	if (span_is(key, "vfs"))
		return parse_number(value, &f->vf_reach);
	if (span_is(key, "numvfs"))
		return parse_number(value, &f->n_vfs);
	if (span_is(key, "bridge") || span_is(key, "ari") || span_is(key, "stuck")) {
		if (parse_flag(value, &fact) < 0)
			return -EINVAL;
		*(key.s[0] == 'a' ? &f->is_ari :
		  key.s[0] == 's' ? &f->is_stuck : &f->is_bridge) = fact == FACT_YES;
	}
	if (span_is(key, "physfn")) {
		f->is_vf = true;
		return pci_addr_parse(value, &f->pf);
	}
	return 0;
}

static int parse_function(struct machine *m, struct span line, struct fault *fault)
{
	struct function *f = &m->fn[m->n];
	struct span rest = line;
	unsigned keys = 0;

	if (m->n == FUNCTIONS_MAX)
		return fault_set(fault, E2BIG, "more functions than the limit "
				 "FUNCTIONS_MAX, 8192", NULL);
	*f = (struct function){ .path = { .hops = -1 }, .group = GROUP_UNKNOWN };
	while (rest.s) {
		struct span word = span_cut(&rest, ' ');
		struct span value = word;
		struct span key = span_cut(&value, '=');

		fault->col = (unsigned)(word.s - line.s) + 1;
		if (word.n == 0)
			continue;
		if (!value.s)
			return fault_quote(fault, EINVAL, "expected KEY=VALUE and not ",
					   word, ": is the text cut off?");
		if (parse_key(f, key, value, &keys) < 0)
			return fault_quote(fault, EINVAL, "cannot read the value of ",
					   word, ", see earlybind-machine(5)");
	}
	f->is_bridge |= function_is_bridge_class(f);
	fault->col = 1;
	if (keys != (KEY_ADDRESS | KEY_ID | KEY_CLASS))
		return fault_set(fault, EINVAL,
				 "a function needs address=, id= and class=: "
				 "is the text cut off?",
				 NULL);
	m->n++;
	return 0;
}

static int parse_head(struct machine *m, struct span line, struct fault *fault)
{
	struct span rest = line;
	struct span word = span_cut(&rest, ' ');
	uint64_t number;
	unsigned i;

	fault->col = 1;
	if (!span_is(word, "machine") ||
	    span_number(span_cut(&rest, ' '), 10, 9, UINT32_MAX, &number) < 0)
		return fault_set(fault, EINVAL,
				 "the text of a machine starts with "
				 "\"machine 1\": make one with \"earlybind record\"",
				 NULL);
	if (number != 1)
		return fault_set(fault, EINVAL, "this machine was recorded by a newer "
				 "earlybind: read it with that version", NULL);
	while (rest.s) {
		struct span value = span_cut(&rest, ' ');
		struct span key = span_cut(&value, '=');

		if (span_is(key, "home") &&
		    (!value.s || span_number(value, 16, 16, UINT64_MAX, &m->home) < 0))
			return fault_set(fault, EINVAL, "home= expects 16 hex digits",
					 NULL);
		if (!span_is(key, "cpu"))
			continue;
		for (i = CPU_INTEL; i <= CPU_ARM; i++)
			if (value.s && span_is(value, cpu_words[i]))
				m->cpu = (enum cpu)i;
	}
	return 0;
}

/* The same address twice would make two plans of one function. */
static int check_twice(const struct machine *m, struct fault *fault)
{
	char addr[24];
	struct text t = TEXT_IN(addr);
	unsigned i;

	for (i = 1; i < m->n; i++) {
		if (pci_addr_compare(m->fn[i - 1].addr, m->fn[i].addr) != 0)
			continue;
		pci_addr_text(m->fn[i].addr, &t);
		return fault_set(fault, EINVAL, "the function ", addr, " is listed twice",
				 NULL);
	}
	return 0;
}

int machine_parse(struct machine *m, const char *name, struct span text,
		  struct fault *reterr)
{
	bool has_head = false;
	int r;

	*reterr = (struct fault){ .name = name };
	m->n = 0;
	m->cpu = CPU_UNKNOWN;
	m->home = 0;
	while (text.s && text.n > 0) {
		struct span line = span_cut(&text, '\n');

		reterr->line++;
		if (line.n > 0 && line.s[line.n - 1] == '\r')
			line.n--;
		if (!text.s)
			return fault_set(reterr, EINVAL,
					 "the last line has no end: the text "
					 "is cut off",
					 NULL);
		if (line.n == 0 || line.s[0] == '#')
			continue;
		r = has_head ? parse_function(m, line, reterr)
			     : parse_head(m, line, reterr);
		if (r < 0)
			return r;
		has_head = true;
	}
	reterr->line = 0;
	if (!has_head)
		return fault_set(reterr, EINVAL,
				 "there is no machine in it: make one with "
				 "\"earlybind record\"",
				 NULL);
	machine_sort(m);
	return check_twice(m, reterr);
}
