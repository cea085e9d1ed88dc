#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A match word that is made by the recipe of docs/architecture.md, on a copy of the
# sources: until it has its test in match.c, a rule with it takes nothing, and a keep rule
# keeps.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
cc=${CC:-cc}
command -v "$cc" >/dev/null || skip_all "$cc is not installed"

# Adds lines after the one that has this text.
after() {	# FILE TEXT: from standard input
	cat >"$work/lines"
	grep -qF -- "$2" "$1" || not_ok "$1 has $2, as this test needs it"
	awk -v text="$2" -v lines="$work/lines" '{ print }
		index($0, text) { while ((getline line <lines) > 0) print line }' \
		"$1" >"$1.new"
	mv "$1.new" "$1"
}

cp -r "$top/binder/core" "$work/core"
cat >"$work/main.c" <<'END'
#include <stdio.h>

#include "core/plan.h"

static struct rules rules;
static struct machine m;
static struct plan plan;

int main(int argc, char **argv)
{
	struct fault fault;
	unsigned i;

	rules_init(&rules);
	if (argc < 3 || machine_parse(&m, "machine", span_of(argv[1]), &fault) < 0 ||
	    rules_parse(&rules, SOURCE_CONF, "conf", span_of(argv[2]), &fault) < 0 ||
	    plan_make(&plan, &rules, &m, &fault) < 0)
		return puts(fault.words), 2;
	for (i = 0; i < plan.n; i++) {
		char line[LINE_SIZE];
		struct text t = TEXT_IN(line);

		plan_step_text(&plan.step[i], &rules, &m, &t);
		puts(line);
	}
	return 0;
}
END
machine="machine 1 cpu=intel
address=0000:01:00.0 path=0000:00:01.0/00.0 id=10de:2206 class=030000 group=10
address=0000:02:00.0 path=0000:00:02.0/00.0 id=1002:67df class=030000 group=11
"

build() {
	"$cc" -std=gnu11 -D_GNU_SOURCE -DVERSION='"test"' -w -I"$work" \
		-o "$work/plan" "$work/main.c" "$work"/core/*.c >"$work/built" 2>&1 ||
		not_ok "it can be built" "$work/built"
}

plan() {	# RULES
	run "$work/plan" "$machine" "$1
"
}

takes() {	# NUMBER SENTENCE
	if [ "$code" = 0 ] && [ "$(grep -c '^bind ' "$work/out")" = "$1" ]; then
		ok "$2"
	else
		not_ok "$2" "$work/out"
	fi
}

closed() {	# STEP: what holds at each step of the recipe
	build
	plan "bind label=x"
	takes 0 "$1: a rule with the word alone"
	plan "bind id=10de:2206 label=x"
	takes 0 "$1: a rule with another word"
	plan "bind address=0000:01:00.0 id=10de:2206 label=x moved=follow"
	takes 0 "$1: a rule that may follow its device"
	plan "bind id=10de:2206
keep label=x"
	takes 0 "$1: a keep rule keeps what it may mean"
	plan "bind id=10de:2206"
	takes 1 "$1: a rule without it"
}

build
plan "bind label=x"
gives 2 out 'unknown word "label"*' "without the row the word is unknown"

after "$work/core/words.c" '#include <string.h>' <<'END'
static int read_label(struct rule *rule, struct span value)
{
	return value.n > 0 ? 0 : -EINVAL;
}
END
after "$work/core/rule.h" '	MATCH_DISPLAY = 64,' <<'END'
	MATCH_LABEL = 128,
END
after "$work/core/words.c" '{ "display", MATCH_DISPLAY' <<'END'
	{ "label", MATCH_LABEL, ON_ALL, read_label, "a label" },
END
closed "a row in words.c"

after "$work/core/match.c" '	switch (word) {' <<'END'
	case MATCH_LABEL:
		return answer_of(i == 1);
END
build
plan "bind label=x"
takes 1 "with its test it matches what it means"
plan "bind address=0000:01:00.0 label=x"
takes 0 "and nothing else"
gives 0 out '* label= does not hold*' "its name is in the sentence of a mismatch"
finish
