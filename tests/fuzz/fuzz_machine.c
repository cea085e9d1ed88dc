/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of a machine: what is read is printed so that it reads the same again, and can
 * be planned for. */
#include "fuzz.h"

enum { TEXT_MAX = 1 << 22 };

static struct span print(const struct machine *m, char *buffer)
{
	struct text t;
	unsigned i;

	text_init(&t, buffer, TEXT_MAX);
	machine_head_text(m, &t);
	for (i = 0; i < m->n; i++)
		machine_function_text(m, i, true, &t);
	MUST(!t.full);
	return text_is(&t);
}

static void read_again(const struct machine *m)
{
	static char first[TEXT_MAX], second[TEXT_MAX];
	static struct machine again;
	struct span text = print(m, first);
	struct fault fault;
	unsigned i;

	MUST(machine_parse(&again, "print", text, &fault) == 0);
	MUST(again.n == m->n && again.cpu == m->cpu);
	MUST(span_equal(text, print(&again, second)));
	for (i = 0; i < m->n; i++) {
		MUST(machine_at(m, m->fn[i].addr) == i);
		MUST(again.fn[i].has_dsn == m->fn[i].has_dsn);
		MUST(again.fn[i].path.hops == m->fn[i].path.hops);
		MUST(again.fn[i].is_bridge == m->fn[i].is_bridge);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char conf[] =
		"keep path=0000:00:01.0/00.0 id=8086:*\n"
		"keep display=boot\n"
		"bind address=0000:01:00.* id=10de:2206 with=card\n"
		"bind path=0000:00:02.0/00.0 id=10de:2206 with=group moved=follow\n"
		"bind path=0000:00:03.0/00.0 dsn=00-11-22-ff-ff-33-44-55 moved=follow\n"
		"bind display=other with=group\n"
		"bind class=0c driver=pci-stub with=card\n"
		"bind id=144d:*\n"
		"bind class=02 with=group\n"
		"bind address=10000:e1:00.0 id=144d:a808\n";
	static struct machine m;
	static struct rules rules;
	struct span text = fuzz_text(data, size);
	struct fault fault;
	int r;

	rules_init(&rules);
	MUST(rules_parse(&rules, SOURCE_CONF, "conf", SPAN(conf), &fault) == 0);
	r = machine_parse(&m, "machine", text, &fault);
	if (r < 0) {
		fuzz_fault(&fault, r, text);
	} else {
		read_again(&m);
		fuzz_plan(&rules, &m);
	}
	fuzz_free(text);
	return 0;
}
