/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One rule and one function: facts that no tree can show as unknown. */
#include <errno.h>
#include <stdlib.h>

#include "check.h"
#include "core/match.h"

static struct rules rules;
static struct machine m;

static void plant(const char *conf, const char *machine)
{
	struct fault fault;

	rules_init(&rules);
	if (rules_parse(&rules, SOURCE_CONF, "x", span_of(conf), &fault) < 0 ||
	    machine_parse(&m, "x", span_of(machine), &fault) < 0) {
		puts(fault.words);
		abort();
	}
}

static bool keeps(unsigned r, unsigned i)
{
	return match_keeps(&rules.rule[r], &m, i, match_is_lost(&rules.rule[r], &m));
}

static void test_unknown_path(void)
{
	plant("keep path=00:1d.0/00.0\nkeep path=00:1d.0/00.0 class=01\n"
	      "keep path=00:1d.0/00.0 id=10de:2206\nkeep address=09:00.0\n"
	      "bind path=00:1d.0/00.0\n",
	      "machine 1\n"
	      "address=01:00.0 id=144d:a808 class=010802\n"
	      "address=02:00.0 id=8086:154c class=020000 physfn=01:00.0\n"
	      "address=03:00.0 path=00:1c.0/00.0 id=144d:a808 class=010802\n");
	CHECK(keeps(0, 0), "keep path= keeps a function whose path is not known");
	CHECK(!keeps(0, 1), "but no virtual function, which has none");
	CHECK(!keeps(0, 2), "and none whose path is another");
	CHECK(keeps(1, 0), "with a class that fits it keeps, too");
	CHECK(!keeps(2, 0), "with an id that does not fit it does not");
	CHECK(!keeps(3, 0), "addresses are always known");
	CHECK(match_at_place(&rules.rule[4].match, &m) == NO_FUNCTION,
	      "a bind rule finds nothing at a path that is not known");
}

static void test_lost(void)
{
	plant("keep address=01:00.0 id=10de:2206\nkeep address=02:00.* "
	      "dsn=00-00-00-00-00-00-00-01\n"
	      "keep id=10de:2206\nkeep address=01:00.0\nkeep address=01:00.0 class=04\n",
	      "machine 1\n"
	      "address=01:00.0 id=10de:2206 class=030000 dsn=none\n"
	      "address=02:00.0 id=8086:10d3 class=020000\n"
	      "address=02:00.1 id=8086:10d3 class=020000 dsn=none\n");
	CHECK(!match_is_lost(&rules.rule[0], &m), "a device at its place is not lost");
	CHECK(!match_is_lost(&rules.rule[1], &m),
	      "nor one whose serial number is not known");
	CHECK(!match_is_lost(&rules.rule[2], &m), "nor one without a place");
	CHECK(!match_is_lost(&rules.rule[3], &m),
	      "nor a place alone that holds something");
	CHECK(match_is_lost(&rules.rule[4], &m),
	      "a place that holds another class is lost");
	CHECK(keeps(1, 1) && !keeps(1, 2),
	      "an unknown serial number keeps, none does not");
	CHECK(!keeps(4, 0), "a lost place without identity keeps nothing");
}

static void test_words(void)
{
	plant("bind id=10de:* subsystem=1043:0001 class=vga dsn=00-00-00-00-00-00-00-01\n"
	      "bind display=boot\n",
	      "machine 1\n"
	      "address=01:00.0 id=10de:2206 subsystem=1043:0001 class=030000 boot_vga=0\n"
	      "address=02:00.0 id=10de:2206 subsystem=1043:0002 class=030000 dsn=none\n"
	      "address=03:00.0 id=1002:2206 subsystem=1043:0002 class=030000\n"
	      "address=04:00.0 id=10de:2206 subsystem=1043:0001 class=030000 dsn=none\n"
	      "address=05:00.0 id=10de:2206 class=060400\n");
	CHECK(match_rest(&rules.rule[0].match, &m, 0) == ANSWER_UNKNOWN,
	      "all but an unknown fact fits: unknown");
	CHECK(match_rest(&rules.rule[0].match, &m, 1) == ANSWER_NO,
	      "one that is wrong: no");
	CHECK(match_fails(&rules.rule[0].match, &m, 0) == 0, "unknown is no failure");
	CHECK(match_fails(&rules.rule[0].match, &m, 1) == MATCH_SUBSYSTEM,
	      "the first word that fails is named");
	CHECK(match_fails(&rules.rule[0].match, &m, 2) == MATCH_ID, "in their order");
	CHECK(match_fails(&rules.rule[0].match, &m, 3) == MATCH_DSN, "to the last");
	CHECK(match_rest(&rules.rule[1].match, &m, 0) == ANSWER_UNKNOWN,
	      "boot_vga=0 alone does not tell the boot display");
	CHECK(match_rest(&rules.rule[1].match, &m, 4) == ANSWER_NO,
	      "a bridge is no display");
}

static bool wants_dsn(unsigned i)
{
	match_want_dsn(&rules, &m);
	return m.fn[i].wants_dsn;
}

static void test_wants_dsn(void)
{
	plant("bind id=10de:2206 dsn=00-11-22-33-44-55-66-77\n"
	      "keep path=00:1d.0/00.0 id=144d:a808 class=02 dsn=00-11-22-33-44-55-66-77\n"
	      "bind class=03\n",
	      "machine 1\n"
	      "address=01:00.0 id=10de:2206 class=030000\n"
	      "address=02:00.0 path=00:1c.0/00.0 id=144d:a808 class=010802\n"
	      "address=03:00.0 id=10de:2207 class=030000\n");
	CHECK(wants_dsn(0), "dsn: read of what the other words select");
	CHECK(wants_dsn(1),
	      "dsn: of what has the id of a keep rule, whatever it is");
	CHECK(!wants_dsn(2), "dsn: and of no other");
	plant("keep dsn=00-11-22-33-44-55-66-77\n", "machine 1\n"
	      "address=01:00.0 id=10de:2206 class=030000\n");
	CHECK(wants_dsn(0), "dsn: alone it is asked of all");
}

int main(void)
{
	test_unknown_path();
	test_lost();
	test_words();
	test_wants_dsn();
	return check_done();
}
