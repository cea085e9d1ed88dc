/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans at the limits: many functions, many rules, many steps; and the table of reasons.
 * */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "check.h"
#include "core/plan.h"

static struct rules rules;
static struct machine m;
static struct plan plan;
static struct fault fault;

/* More than the binder may ever need: it has ten seconds for all its work. With
 * sanitizers all is some ten times slower than without. */
enum { SECONDS_MAX = 30, SOME = 1024 };

static void add_rules(const char *text)
{
	if (rules_parse(&rules, SOURCE_CONF, "x", span_of(text), &fault) < 0) {
		puts(fault.words);
		abort();
	}
}

/* n functions, all alike but for their addresses. */
static void plant(unsigned n, uint32_t class, unsigned in_group)
{
	unsigned i;

	m.n = n;
	m.cpu = CPU_INTEL;
	for (i = 0; i < m.n; i++)
		m.fn[i] = (struct function){
			.addr = { 0, (uint8_t)(i >> 8), i >> 3 & 31, i & 7 },
			.path = { .root = { 0, (uint8_t)(i >> 8), i >> 3 & 31, i & 7 } },
			.id = { 0x10de, 0x2206 },
			.class = class,
			.group = (int32_t)(i / in_group),
			.has_direct = FACT_YES,
			.has_reset = FACT_NO,
		};
	machine_sort(&m);
	rules_init(&rules);
}

static double seconds(void)
{
	clock_t start = clock();
	int r = plan_make(&plan, &rules, &m, &fault);

	if (r < 0)
		plan.n = 0;
	return (double)(clock() - start) / CLOCKS_PER_SEC;
}

/* The same rule as often as there may be rules. */
static void add_many(const char *rule, unsigned n)
{
	while (n-- > 0)
		add_rules(rule);
}

static void test_many_functions(void)
{
	unsigned i;

	plant(FUNCTIONS_MAX, 0x020000, 8);
	add_rules("bind class=02 with=card");
	CHECK(seconds() < SECONDS_MAX && plan_count(&plan, PLAN_BIND) == FUNCTIONS_MAX,
	      "8192 functions are planned in bounded time");
	CHECK(plan_binds(&plan, FUNCTIONS_MAX - 1) && !plan_binds(&plan, NO_FUNCTION),
	      "and the step of each is found");
	plant(FUNCTIONS_MAX, 0x020000, FUNCTIONS_MAX);
	add_rules("bind address=00:00.0 with=group");
	CHECK(seconds() < SECONDS_MAX && plan_count(&plan, PLAN_BIND) == FUNCTIONS_MAX,
	      "one group of 8192 functions");
	plant(FUNCTIONS_MAX, 0x020000, 1);
	for (i = 0; i < m.n; i++)	/* "no reset" is said once a card */
		m.fn[i].addr = (struct pci_addr){ 0, (uint8_t)(i >> 5), i & 31, 0 };
	machine_sort(&m);
	add_rules("bind class=02");
	add_many("bind id=10de:2207", RULES_MAX - 1);
	CHECK(seconds() < SECONDS_MAX && plan_count(&plan, PLAN_BIND) == FUNCTIONS_MAX,
	      "where not all warnings have room, all 8192 functions are bound");
	CHECK(plan_count(&plan, PLAN_MISS) == RULES_MAX - 1 &&
	      plan_count(&plan, PLAN_WARN) > 0 && plan.n <= STEPS_MAX,
	      "each rule has its line, and there is room for some warnings");
	for (i = 0; i < m.n; i++) {
		m.fn[i].class = 0x030000;
		m.fn[i].screen = SCREEN_FRAMEBUFFER;
	}
	add_rules("set headless=yes");
	rules.rule[0].match.words = MATCH_ID;
	rules.rule[0].match.id = m.fn[0].id;
	CHECK(seconds() < SECONDS_MAX && plan_count(&plan, PLAN_BIND) == FUNCTIONS_MAX &&
	      plan_count(&plan, PLAN_RELEASE) == FUNCTIONS_MAX,
	      "and where each has a screen");
}

static void test_many_rules(void)
{
	plant(2 * SOME, 0x020000, 8);
	add_rules("bind class=02 driver=pci-stub");
	add_many("keep path=ff:00.0/00.0 id=10de:2207", RULES_MAX - 1);
	CHECK(seconds() < SECONDS_MAX && plan_count(&plan, PLAN_BIND) == 2 * SOME,
	      "4095 keep rules, none of which holds");
	plant(SOME, 0x020000, 8);
	add_many("bind path=ff:00.0/00.0 id=10de:2206 moved=follow", RULES_MAX);
	CHECK(seconds() < SECONDS_MAX && plan_count(&plan, PLAN_REFUSE) == SOME,
	      "4096 rules with 1024 candidates each");
	plant(SOME, 0x020000, 8);
	add_many("bind path=ff:00.0/00.0 id=10de:2206 moved=follow", RULES_MAX / 2);
	add_many("keep address=03:1f.* id=10de:2206", RULES_MAX / 2);
	CHECK(seconds() < SECONDS_MAX && plan_count(&plan, PLAN_REFUSE) == SOME - 8,
	      "and with as many rules that name places");
	plant(SOME, 0x010802, 8);
	add_rules("bind class=storage driver=none");
	CHECK(seconds() < SECONDS_MAX && plan_count(&plan, PLAN_REFUSE) == SOME,
	      "1024 disks that nobody may take");
}

static void test_display(void)
{
	plant(FUNCTIONS_MAX, 0x030000, 8);
	add_rules("bind class=vga with=card");
	CHECK(seconds() < SECONDS_MAX && plan_count(&plan, PLAN_REFUSE) == 8 &&
	      plan.step[0].reason == REASON_LAST_DISPLAY,
	      "of 8192 displays the first card stays");
}

static void test_nothing(void)
{
	m.n = 0;
	rules_init(&rules);
	CHECK(seconds() < 1 && plan.n == 0, "nothing gives an empty plan");
	add_rules("bind id=10de:2206");
	CHECK(seconds() < 1 && plan.n == 1 && plan.step[0].verb == PLAN_MISS,
	      "a rule without a machine misses");
}

/* A plan does not depend on what was in its memory before. */
static void test_pure(void)
{
	static struct plan other;
	bool is_same;

	plant(SOME, 0x020000, 8);
	add_rules("bind address=00:01.* with=card\nbind class=02 driver=pci-stub\n"
		  "keep address=00:02.0\n");
	memset(&plan, 0xff, sizeof(plan));
	plan_make(&plan, &rules, &m, &fault);
	memset(&other, 0x55, sizeof(other));
	plan_make(&other, &rules, &m, &fault);
	is_same = plan.n == other.n &&
		  memcmp(plan.step, other.step, plan.n * sizeof(plan.step[0])) == 0;
	CHECK(is_same, "equal rules and equal machines give equal plans");
}

static void test_reasons(void)
{
	bool is_named = true, is_unique = true, is_verb = true;
	unsigned i, j;

	for (i = 0; i < REASON_MAX; i++) {
		is_named = is_named && plan_reason_word(i) && plan_reason_word(i)[0];
		for (j = 0; j < i && is_named; j++)
			is_unique = is_unique &&
				    strcmp(plan_reason_word(i), plan_reason_word(j)) != 0;
	}
	for (i = 0; i <= PLAN_MISS; i++)
		is_verb = is_verb && plan_verb_word(i) && plan_verb_word(i)[0];
	CHECK(is_named, "every reason has a name");
	CHECK(is_unique, "no two have the same");
	CHECK(is_verb, "every verb has a word");
}

/* The longest sentences with the longest words fit into one line. */
static void test_longest_line(void)
{
	char conf[LINE_SIZE], line[LINE_SIZE];
	struct text t = TEXT_IN(conf);
	unsigned i;

	plant(FUNCTIONS_MAX, 0x020000, 1);
	for (i = 0; i < m.n; i++)
		m.fn[i].addr.domain = UINT32_MAX;
	machine_sort(&m);
	text_add(&t, "bind path=ffffffff:00:01.0");
	for (i = 0; i < HOPS_MAX; i++)
		text_add(&t, "/1f.7");
	text_add(&t, " id=10de:2206 moved=follow driver=");
	for (i = 0; i < DRIVER_MAX - 1; i++)
		text_char(&t, 'd');
	add_rules(conf);
	plan_make(&plan, &rules, &m, &fault);
	t = (struct text)TEXT_IN(line);
	plan_step_text(&plan.step[0], &rules, &m, &t);
	CHECK(!t.full && strstr(line, "and 8190 more"), "the longest refusal fits");
	rules.rule[0].moved = MOVED_SKIP;
	plan_make(&plan, &rules, &m, &fault);
	text_init(&t, line, sizeof(line));
	plan_step_text(&plan.step[0], &rules, &m, &t);
	CHECK(!t.full && strstr(line, "and 8191 more"), "the longest miss fits");
	m.n = 1;
	rules.rule[0].moved = MOVED_FOLLOW;
	plan_make(&plan, &rules, &m, &fault);
	text_init(&t, line, sizeof(line));
	plan_step_text(&plan.step[0], &rules, &m, &t);
	CHECK(!t.full && plan.step[0].reason == REASON_FOLLOWED, "the longest step fits");
}

int main(void)
{
	test_many_functions();
	test_many_rules();
	test_display();
	test_nothing();
	test_pure();
	test_reasons();
	test_longest_line();
	return check_done();
}
