/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules: what a text leaves in the table, and the limits that are too long for a case. */
#include <errno.h>
#include <stdlib.h>

#include "check.h"
#include "core/cmdline.h"
#include "core/rules.h"

static struct rules rules;
static struct fault fault;
static char words[2 * FAULT_SIZE];

static int parse(enum source source, const char *text)
{
	struct text t = TEXT_IN(words);
	int r;

	rules_init(&rules);
	r = rules_parse(&rules, source, "x", span_of(text), &fault);
	text_init(&t, words, sizeof(words));
	if (r < 0)
		fault_text(&fault, &t);
	return r;
}

static void test_defaults(void)
{
	CHECK(parse(SOURCE_CONF, "") == 0 && rules.n == 0, "an empty text has no rules");
	CHECK(!rules.is_headless && !rules.leaves_framebuffer &&
	      rules.iommu == IOMMU_PT &&
	      rules.ids == IDS_AUTO && !rules.version.s,
	      "and every setting at its default");
	CHECK(rules_parse(&rules, SOURCE_CONF, "x", (struct span){ NULL, 0 },
			  &fault) == 0,
	      "no text at all");
	CHECK(!rules_have_bind(&rules), "no rule, no bind rule");
	CHECK(parse(SOURCE_CONF, "keep class=vga") == 0 && !rules_have_bind(&rules),
	      "a keep rule is no bind rule");
	CHECK(parse(SOURCE_CONF, "bind id=10de:2206") == 0 &&
	      span_is(rules.rule[0].driver, "vfio-pci") &&
	      rules.rule[0].with == WITH_NONE && rules.rule[0].moved == MOVED_SKIP &&
	      rules.rule[0].need == FOR_NONE, "a bind rule has its defaults");
}

static void test_settings(void)
{
	CHECK(parse(SOURCE_CONF,
		    "set headless=yes\nset framebuffer=leave\nset iommu=none\n"
		    "set ids=never\nset vfio-pci.disable_vga=1\n"
		    "set vfio.a-b=x=y,z\n") == 0,
	      "settings are read");
	CHECK(rules.is_headless && rules.leaves_framebuffer &&
	      rules.iommu == IOMMU_NONE &&
	      rules.ids == IDS_NEVER, "and kept");
	CHECK(rules.n_options == 2 && span_is(rules.option[0].module, "vfio-pci") &&
	      span_is(rules.option[0].param, "disable_vga") &&
	      span_is(rules.option[0].value, "1") && rules.option[0].line == 5,
	      "an option has module, parameter, value and line");
	CHECK(span_is(rules.option[1].param, "a-b") &&
	      span_is(rules.option[1].value, "x=y,z"),
	      "a value may have = and commas");
	CHECK(parse(SOURCE_CONF, "set iommu=on\nset ids=always") == 0 &&
	      rules.iommu == IOMMU_ON && rules.ids == IDS_ALWAYS, "the other values");
}

static void test_image(void)
{
	CHECK(parse(SOURCE_IMAGE,
		    "version 1.2\nload /m/a.ko\nload /m/b.ko  x=1   y=2 # z\n"
		    "free path=00:1d.0/00.0 id=144d:a808\n"
		    "keep id=10de:2206 for=twin\nend") == 0,
	      "an image.conf is read");
	CHECK(rules.n_loads == 2 && span_is(rules.load[0].file, "/m/a.ko") &&
	      rules.load[0].params.n == 0, "a module without parameters");
	CHECK(span_is(rules.load[1].params, "x=1   y=2") && rules.load[1].line == 3,
	      "parameters are one text without the comment");
	CHECK(rules.rule[0].verb == RULE_FREE && rules.rule[1].need == FOR_TWIN,
	      "its rules");
	CHECK(rules_check_version(&rules, "x", "1.2", &fault) == 0, "the same version");
	CHECK(rules_check_version(&rules, "x", "1.20", &fault) == -EINVAL,
	      "a longer one");
	CHECK(rules_check_version(&rules, "x", "1", &fault) == -EINVAL, "a shorter one");
	CHECK(parse(SOURCE_IMAGE, "version 1.2 beta") == -EINVAL, "two words of version");
	CHECK_TEXT(words, "x:1:13: one version a line, \"beta\" is too much",
		   "and its place");
}

static void test_texts(void)
{
	char line[64];
	struct text t = TEXT_IN(line);

	parse(SOURCE_CONF,
	      "\nbind address=01:00.*\nbind path=00:01.0/00.0 address=09:00.0\n");
	rule_source_text(&rules.rule[0], &t);
	text_char(&t, ' ');
	rule_place_text(&rules.rule[0], &t);
	CHECK_TEXT(line, "conf:2 0000:01:00.*", "a rule tells its source and place");
	text_init(&t, line, sizeof(line));
	rule_place_text(&rules.rule[1], &t);
	CHECK_TEXT(line, "0000:00:01.0/00.0",
		   "of path and address the path is the place");
	CHECK_TEXT(rule_for_word(FOR_RESUME), "resume", "the words of for= are known");
}

static void test_identity(void)
{
	parse(SOURCE_CONF, "bind id=10de:*\nbind dsn=00-11-22-33-44-55-66-77\n"
	      "bind id=10de:0000\nbind class=03 driver=pci_stub\n"
	      "bind class=03 driver=none\n"
	      "bind class=03 driver=nvgrace-gpu-vfio-pci\n");
	CHECK(!rule_has_identity(&rules.rule[0]), "a vendor is no identity");
	CHECK(rule_has_identity(&rules.rule[1]), "a serial number is one");
	CHECK(rule_has_identity(&rules.rule[2]), "an id is one, also of device 0000");
	CHECK(rule_needs_group(&rules.rule[0]), "vfio-pci needs the IOMMU");
	CHECK(!rule_needs_group(&rules.rule[3]), "pci_stub does not");
	CHECK(!rule_needs_group(&rules.rule[4]), "nor does none");
	CHECK(rule_needs_group(&rules.rule[5]), "a variant driver does");
	CHECK(rules_have_word(&rules, MATCH_DSN) &&
	      !rules_have_word(&rules, MATCH_DISPLAY),
	      "the words of all rules are known");
}

/* RULES_MAX rules and one more, one a line. */
static void test_limit(void)
{
	static const char rule[] = "bind id=0000:0000\n";
	char *text = malloc((RULES_MAX + 1) * sizeof(rule));
	size_t i;

	if (!text)
		abort();
	for (i = 0; i <= RULES_MAX; i++)
		memcpy(text + i * (sizeof(rule) - 1), rule, sizeof(rule));
	CHECK(parse(SOURCE_CONF, text) == -E2BIG && rules.n == RULES_MAX,
	      "more than RULES_MAX rules are an error");
	CHECK_TEXT(words, "x:4097:1: more rules than the limit RULES_MAX, 4096",
		   "which names the limit");
	CHECK(rules_parse_words(&rules, RULE_BIND, 1, SPAN("id=0000:0000"),
				&fault) == -E2BIG,
	      "one more of the kernel command line, too");
	text[RULES_MAX * (sizeof(rule) - 1)] = '\0';
	CHECK(parse(SOURCE_CONF, text) == 0 && rules.n == RULES_MAX,
	      "RULES_MAX rules are none");
	free(text);
}

static enum cmdline_mode mode(const char *text)
{
	struct cmdline c;

	cmdline_parse(&c, span_of(text));
	return c.mode;
}

static void test_modes(void)
{
	CHECK(mode("") == CMDLINE_ACT && mode("ro quiet") == CMDLINE_ACT,
	      "mode: not said");
	CHECK(mode("rd.earlybind=1") == CMDLINE_ACT, "mode: 1 acts");
	CHECK(mode("rd.earlybind=plan") == CMDLINE_PLAN, "mode: plan rehearses");
	CHECK(mode("rd.earlybind=0") == CMDLINE_OFF, "mode: 0 is off");
	CHECK(mode("rd.earlybind=yes") == CMDLINE_OFF, "mode: any other value is off");
	CHECK(mode("rd.earlybind=") == CMDLINE_OFF, "mode: no value is off");
	CHECK(mode("rd.earlybind=11") == CMDLINE_OFF, "mode: 11 is not 1");
	CHECK(mode("rd.earlybind=0 rd.earlybind=1") == CMDLINE_ACT,
	      "mode: the last one counts");
	CHECK(mode("rd.earlybind=1 rd.earlybind=plan") == CMDLINE_PLAN,
	      "mode: also for plan");
	CHECK(mode("\"rd.earlybind=0\"") == CMDLINE_OFF, "mode: in quotes");
	CHECK(mode("rd.earlybind=\"0\"") == CMDLINE_OFF, "mode: with a quoted value");
	CHECK(mode("rd.earlybindx=0 xrd.earlybind=0") == CMDLINE_ACT,
	      "mode: other words");
	CHECK(mode("rd.earlybind.bind=id=0") == CMDLINE_ACT, "mode: a rule is no mode");
	CHECK(mode("rd.earlybind=1 rescue") == CMDLINE_OFF, "mode: rescue beats 1");
	CHECK(mode("systemd.unit=emergency.target") == CMDLINE_OFF, "mode: emergency");
	CHECK(mode("a=\"x single y\"") == CMDLINE_ACT,
	      "mode: a word inside quotes is none");
	CHECK(mode("single") == CMDLINE_OFF && mode("1") == CMDLINE_OFF,
	      "mode: single user");
}

static void test_words(void)
{
	struct span rest = SPAN(" a=1  \"b=x y\"\tc=\"x y\" -- d e=");
	struct cmdline_word word;
	char line[64];
	struct text t = TEXT_IN(line);

	while (cmdline_next(&rest, &word)) {
		text_span(&t, word.name);
		text_add(&t, word.value.s ? "=" : "");
		text_span(&t, word.value);
		text_char(&t, ';');
	}
	CHECK_TEXT(line, "a=1;b=x y;c=x y;--;d;e=;", "quotes hold a word together");
	CHECK(!cmdline_next(&rest, &word), "the end stays the end");
}

/* Doubt turns it off, for who types such words may be locked out. */
static void test_off(void)
{
	CHECK(mode("quiet -- rd.earlybind=0") == CMDLINE_OFF &&
	      mode("-- single") == CMDLINE_OFF, "off: words count after -- too");
	CHECK(mode("a -- rd.earlybind=plan --") == CMDLINE_PLAN,
	      "mode: and so does plan");
	CHECK(mode("a -- --") == CMDLINE_ACT, "mode: -- alone says nothing");
	CHECK(mode("x=\"file a.c +p rd.earlybind=0") == CMDLINE_OFF,
	      "off: behind a quote that nobody closed");
	CHECK(mode("x=\"a b\" y=\"c rd.earlybind=0 z") == CMDLINE_OFF &&
	      mode("x=\"c single y=\"d e\"") == CMDLINE_OFF,
	      "off: wherever the other quotes are");
	CHECK(mode("a \"rescue") == CMDLINE_OFF && mode("emergency\"") == CMDLINE_OFF &&
	      mode("rd.earlybind=0\"") == CMDLINE_OFF,
	      "off: with that quote at the word");
	CHECK(mode("init=/bin/bash") == CMDLINE_OFF &&
	      mode("init=\"/bin/sh\" -- -x") == CMDLINE_OFF,
	      "off: a shell in the place of init");
	CHECK(mode("init=/sbin/init init=/usr/lib/systemd/systemd init=/nix/x/init "
		   "init=/sbin/openrc-init") == CMDLINE_ACT,
	      "mode: what is called init or systemd is the default");
	CHECK(mode("rd.break") == CMDLINE_OFF && mode("rd.break=mount") == CMDLINE_OFF,
	      "off: rd.break");
	CHECK(mode("rd.breakfast rdinit=/init xinit=/bin/sh init") == CMDLINE_ACT,
	      "mode: words that only look like these");
}

/* Each word that init takes for rescue, emergency or single user: whoever is locked out
 * types one of them. */
static void test_rescue(void)
{
	static const char *const all[] = {
		"rescue", "rd.rescue", "emergency", "rd.emergency", "single", "s", "S",
		"1", "-b", "-s", "recovery", "systemd.unit=rescue.target",
		"systemd.unit=emergency.target", "rd.systemd.unit=rescue.target",
		"rd.systemd.unit=emergency.target",
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		char line[64];
		struct text t = TEXT_IN(line);

		text_add(&t, "ro ");
		text_add(&t, all[i]);
		CHECK(mode(line) == CMDLINE_OFF, all[i]);
	}
	CHECK(mode("systemd.unit=multi-user.target rescue=1 3 5") == CMDLINE_ACT,
	      "mode: words that only look so");
}

static void keep_param(struct span param, struct span value, void *with)
{
	struct text *t = with;

	text_span(t, param);
	text_add(t, value.s ? "=" : "");
	text_span(t, value);
	text_char(t, ';');
}

static void test_params(void)
{
	char line[64];
	struct text t = TEXT_IN(line);
	struct cmdline c;

	cmdline_parse(&c, SPAN("vfio_pci.a=1 vfio-pci.b vfio.c=1 vfio-pci.d=\"x y\" "
			       "vfio-pci.= vfio-pci. vfio-pcix.e=1 \"vfio_pci.f=g h\""));
	cmdline_params(&c, SPAN("vfio-pci"), keep_param, &t);
	CHECK_TEXT(line, "a=1;b;d=x y;f=g h;", "parameters of a module are found");
}

int main(void)
{
	test_defaults();
	test_settings();
	test_image();
	test_texts();
	test_identity();
	test_limit();
	test_modes();
	test_words();
	test_off();
	test_rescue();
	test_params();
	return check_done();
}
