/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a plan costs on a machine with many functions, counted and not timed: the sources
 * of binder/core are built for this test with -fsanitize-coverage=trace-pc, which calls
 * us in each basic block. So the numbers are the same on every computer, up to what its
 * compiler makes of a line.
 */
#include <stdlib.h>

#include "check.h"
#include "core/plan.h"

/* Twice as many functions and rules may cost so much more in percent: 200 is linear,
 * 400 is each rule against each function. */
enum { TWICE_MAX = 280, FEW = 2000 };

static struct rules rules;
static struct machine m;
static struct plan plan;
static struct fault fault;
static uint64_t blocks;

void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void)
{
	blocks++;
}

static struct pci_addr place(unsigned i)
{
	return (struct pci_addr){ i >> 13, (uint8_t)(i >> 5), i & 31, 0 };
}

/* Functions below ports of their own, every second one of another kind. */
static void plant(unsigned n)
{
	unsigned i;

	m = (struct machine){ .n = n, .cpu = CPU_INTEL };
	for (i = 0; i < n; i++)
		m.fn[i] = (struct function){
			.addr = place(i), .path = { .root = place(i), .hops = 1 },
			.id = { 0x144d, (uint16_t)(i & ~1u) }, .class = 0x010802,
			.group = (int32_t)i, .has_dsn = FACT_YES, .dsn = i,
			.is_looked_at = true,
		};
	machine_sort(&m);
	rules_init(&rules);
}

static void add_rule(const char *verb, enum match_word word, unsigned i)
{
	const char *const names[] = { [MATCH_PATH] = " path=", [MATCH_ID] = " id=144d:",
				      [MATCH_ADDRESS] = " address=" };
	char line[LINE_SIZE];
	struct text t = TEXT_IN(line);

	text_add(&t, verb);
	text_add(&t, names[word]);
	if (word == MATCH_ID)
		text_hex(&t, i & 0xffff, 4);
	else
		pci_addr_text(place(i), &t);
	if (word == MATCH_PATH)
		text_add(&t, "/00.0 id=144d:ffff");
	if (rules_parse(&rules, SOURCE_CONF, "x", text_is(&t), &fault) < 0)
		abort();
}

/* n keep rules with this word, of n functions at `offset`, in a machine of 2 n functions,
 * of which the bind rules want some. */
static uint64_t cost(unsigned n, enum match_word word, unsigned offset, const char *want)
{
	unsigned i;

	plant(2 * n);
	rules_parse(&rules, SOURCE_CONF, "x", span_of(want), &fault);
	for (i = 0; i + 1 < n; i++)
		add_rule("keep", word, i + offset);
	if (word == MATCH_PATH && offset == 0)	/* they are at their places */
		for (i = 1; i < rules.n; i++)
			rules.rule[i].match.id = m.fn[i - 1].id;
	blocks = 0;
	if (plan_make(&plan, &rules, &m, &fault) < 0)
		abort();
	return blocks;
}

static void check_twice(enum match_word word, unsigned offset, const char *want,
			const char *sentence)
{
	uint64_t few = cost(FEW, word, offset, want);
	uint64_t many = cost(2 * FEW, word, offset, want);

	printf("# %llu blocks, and %llu of twice as many\n", (unsigned long long)few,
	       (unsigned long long)many);
	CHECK(few > 0 && many * 100 <= few * TWICE_MAX, sentence);
}

int main(void)
{
	const char *one = "bind address=00:00.0 driver=pci-stub\n";

	check_twice(MATCH_PATH, 0, one, "keep rules by path, all at their places");
	check_twice(MATCH_ADDRESS, 0, one, "and by address");
	check_twice(MATCH_PATH, 0x8000, one, "keep rules whose devices are not there");
	check_twice(MATCH_ID, 1, one, "keep rules by identity");
	return check_done();
}
