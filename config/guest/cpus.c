/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which of the host's cores a guest gets: whole ones, for two threads of one core that
 * serve different masters slow each other down; near the card; and none that the emulator
 * works on. Decides from the topology alone.
 */
#include "guest/cpus.h"

#include <errno.h>
#include <stdlib.h>

enum { LOT_MAX = TOPOLOGY_CORES_MAX };

/* The cores that share a cache. */
struct lot {
	uint16_t l3;
	uint16_t n;
};

/* The cores that would do, and their caches in the order in which they are used up. */
struct choice {
	const struct topology *t;
	uint16_t node;
	uint16_t kind;
	unsigned threads;
	unsigned n;
	unsigned n_others;		/* cores of the node that would not do */
	unsigned n_lots;
	struct lot lot[LOT_MAX];
};

static unsigned who_decides(const struct export *e)
{
	unsigned k;

	for (k = 0; k < e->n; k++)
		if (function_is_display(&e->m->fn[e->device[k].fn]))
			return k;
	return 0;
}

static bool would_do(const struct choice *c, const struct topology_core *core)
{
	return core->node == c->node && core->kind == c->kind &&
	       core->n_cpus == c->threads;
}

/* The fastest kind of the node's cores, and how many threads most of these have. */
static void find_kind(struct choice *c)
{
	const struct topology *t = c->t;
	unsigned i;

	for (i = 0; i < t->n; i++)
		if (t->core[i].node == c->node && t->core[i].kind > c->kind)
			c->kind = t->core[i].kind;
	for (i = 0; i < t->n; i++)
		if (t->core[i].node == c->node && t->core[i].kind == c->kind &&
		    t->core[i].n_cpus > c->threads)
			c->threads = t->core[i].n_cpus;
}

static struct lot *lot_of(struct choice *c, uint16_t l3)
{
	unsigned i;

	for (i = 0; i < c->n_lots; i++)
		if (c->lot[i].l3 == l3)
			return &c->lot[i];
	c->lot[c->n_lots++] = (struct lot){ .l3 = l3 };
	return &c->lot[i];
}

/* Larger ones first; of equal ones the last, for the host starts on processor 0. */
static int compare(const void *a, const void *b)
{
	const struct lot *x = a, *y = b;

	return x->n != y->n ? y->n - x->n : y->l3 - x->l3;
}

/* A cache for each core says nothing, and is what many virtual machines claim. */
static void find_lots(struct choice *c)
{
	const struct topology *t = c->t;
	unsigned i;

	for (i = 0; i < t->n; i++) {
		if (would_do(c, &t->core[i])) {
			lot_of(c, t->core[i].l3)->n++;
			c->n++;
		} else if (t->core[i].node == c->node) {
			c->n_others++;
		}
	}
	qsort(c->lot, c->n_lots, sizeof(c->lot[0]), compare);
	if (c->lot[0].n == 1) {
		c->n_lots = 1;
		c->lot[0] = (struct lot){ .l3 = TOPOLOGY_NONE, .n = (uint16_t)c->n };
	}
}

/* How many cores a guest gets that does not say: a whole cache, if others are left. */
static unsigned usual(const struct choice *c)
{
	if (c->n_lots > 1 || c->n_others > 0)
		return c->lot[0].n;
	return c->n == 1 ? 1 : c->n < 8 ? c->n - 1 : c->n - 2;
}

/* Of a cache that is not used up the lowest cores stay with the host. */
static void take(struct cpus *cpus, const struct choice *c, const struct lot *lot,
		 unsigned wanted)
{
	unsigned leave = lot->n > wanted ? lot->n - wanted : 0;
	unsigned i;

	for (i = 0; i < c->t->n; i++) {
		const struct topology_core *core = &c->t->core[i];

		if (!would_do(c, core) || (lot->l3 != core->l3 && c->n_lots > 1))
			continue;
		if (leave > 0)
			leave--;
		else
			cpus->core[cpus->n++] = (uint16_t)i;
	}
}

/* How many cores of each cache: where one is not enough, as many of each, if that works
 * out, because a guest can be told of such dies; else as few caches as can be. */
static void take_all(struct cpus *cpus, const struct choice *c, unsigned wanted)
{
	unsigned room = 0, lots = 0, i;

	while (room < wanted)
		room += c->lot[lots++].n;
	if (wanted % lots != 0 || c->lot[lots - 1].n < wanted / lots)
		for (i = 0; i < lots; i++)
			take(cpus, c, &c->lot[i], wanted - cpus->n);
	else
		for (i = 0; i < lots; i++)
			take(cpus, c, &c->lot[i], wanted / lots);
}

static bool is_taken(const struct cpus *cpus, unsigned i)
{
	unsigned k;

	for (k = 0; k < cpus->n; k++)
		if (cpus->core[k] == i)
			return true;
	return false;
}

/* The rest of the node; where nothing is left of it, the rest of the machine. */
static void find_host(struct cpus *cpus, const struct topology *t)
{
	bool is_far = false;
	unsigned i;

	do {
		for (i = 0; i < t->n; i++)
			if ((t->core[i].node == cpus->node || is_far) &&
			    !is_taken(cpus, i))
				cpus->host[cpus->n_host++] = (uint16_t)i;
		is_far = !is_far;
	} while (is_far && cpus->n_host == 0);
}

static bool is_first_of_die(const struct cpus *cpus, const struct topology *t, unsigned i)
{
	unsigned k;

	for (k = 0; k < i; k++)
		if (t->core[cpus->core[k]].die == t->core[cpus->core[i]].die)
			return false;
	return true;
}

/* A guest may be told of dies only where each has as many of its cores, in a row. */
static void find_dies(struct cpus *cpus, const struct topology *t)
{
	unsigned dies = 0, i;

	for (i = 0; i < cpus->n; i++)
		dies += is_first_of_die(cpus, t, i);
	for (i = 0; i < cpus->n; i++)
		if (cpus->n % dies != 0 ||
		    is_first_of_die(cpus, t, i) != (i % (cpus->n / dies) == 0))
			return;
	cpus->dies = dies;
}

static int too_many(const struct choice *c, unsigned wanted, unsigned most,
		    struct fault *reterr)
{
	char words[200];
	struct text t = TEXT_IN(words);

	text_add(&t, "--cpus ");
	text_decimal(&t, wanted);
	if (wanted % c->threads != 0) {
		text_add(&t, ": a core near the card has ");
		text_decimal(&t, c->threads);
		text_add(&t, " threads, which a guest gets together: take a multiple");
	} else {
		text_add(&t, ": node ");
		text_decimal(&t, c->node);
		text_add(&t, ", where the card is, has room for ");
		text_decimal(&t, most * c->threads);
		text_add(&t, " of them beside the emulator");
	}
	return fault_set(reterr, ERANGE, words, NULL);
}

static void choose_node(struct cpus *cpus, const struct topology *t,
			const struct export *e)
{
	unsigned i;

	cpus->of = who_decides(e);
	cpus->node = t->node_of[e->device[cpus->of].fn];
	cpus->is_near = cpus->node != TOPOLOGY_NONE;
	cpus->has_nodes = t->n_nodes > 1;
	/* a node of memory alone has no cores: those of the first one are as near */
	for (i = 0; i < t->n && t->core[i].node != cpus->node; i++)
		;
	if (i == t->n) {
		cpus->node = t->core[0].node;
		cpus->is_near = false;
	}
	for (i = 0; i < t->n_nodes; i++)
		if (t->node[i].number == cpus->node)
			cpus->memory = t->node[i].memory;
}

int cpus_choose(struct cpus *cpus, const struct topology *t, const struct export *e,
		unsigned wanted, struct fault *reterr)
{
	static struct choice c;
	unsigned cores, most;

	*reterr = (struct fault){ .name = "earlybind" };
	*cpus = (struct cpus){ .dies = 1 };
	choose_node(cpus, t, e);
	c = (struct choice){ .t = t, .node = cpus->node };
	find_kind(&c);
	find_lots(&c);
	most = c.n < t->n ? c.n : c.n - 1;
	if (most == 0)
		return fault_set(reterr, ERANGE, "this machine has one core: none is "
				 "left for a guest, --new-domain needs a second", NULL);
	cores = wanted ? wanted / c.threads : usual(&c);
	if (cores > most || (wanted && wanted % c.threads != 0))
		return too_many(&c, wanted, most, reterr);
	cpus->threads = c.threads;
	take_all(cpus, &c, cores);
	find_host(cpus, t);
	find_dies(cpus, t);
	return 0;
}

/* "0-1,8": the kernel's way to list them, cpumap_print_to_pagebuf(). */
static void add_cpus(const struct topology *t, const uint16_t cores[], unsigned n,
		     struct text *text)
{
	static uint8_t is_in[TOPOLOGY_NONE + 1];
	unsigned i, k, last;
	bool is_first = true;

	for (i = 0; i <= TOPOLOGY_NONE; i++)
		is_in[i] = false;
	for (i = 0; i < n; i++)
		for (k = 0; k < t->core[cores[i]].n_cpus; k++)
			is_in[t->core[cores[i]].cpu[k]] = true;
	for (i = 0; i < TOPOLOGY_NONE; i = last + 1) {
		last = i;
		if (!is_in[i])
			continue;
		while (is_in[last + 1])
			last++;
		if (!is_first)
			text_char(text, ',');
		is_first = false;
		text_decimal(text, i);
		if (last > i)
			text_char(text, '-');
		if (last > i)
			text_decimal(text, last);
	}
}

void cpus_host_text(const struct cpus *cpus, const struct topology *t, struct text *text)
{
	add_cpus(t, cpus->host, cpus->n_host, text);
}
