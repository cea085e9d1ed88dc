/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the host needs of its PCI functions: calls the parts that find it, and keeps the
 * sum. What follows from it is for the plan and for findings.
 */
#include "host/host.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text_file.h"
#include "host/scan.h"

void host_note(struct host *host, const char *what, struct span name, const char *why)
{
	char note[HOST_NOTE_SIZE];
	struct text t = TEXT_IN(note);
	unsigned i;

	text_quote(&t, span_of(what));
	text_quote(&t, name);
	text_add(&t, why);
	for (i = 0; i < host->n_notes; i++)
		if (strcmp(host->note[i], note) == 0)
			return;
	if (host->n_notes == HOST_NOTES_MAX)
		return;
	if (host->n_notes == HOST_NOTES_MAX - 1) {
		text_init(&t, note, sizeof(note));
		text_add(&t, "and more, which have no room here");
	}
	memcpy(host->note[host->n_notes++], note, sizeof(note));
}

char *host_read(struct host_scan *s, const char *path, struct span *ret_text)
{
	char number[12];
	int r;
	char *buffer = text_file_try(s->root, path, ret_text, &r);

	if (r < 0 && r != -ENOENT && r != -ENOTDIR)
		host_note(s->host, path, SPAN(" cannot be read: "),
			  errno_name(-r, number));
	return buffer;
}

void host_need_functions(struct host_scan *s, const uint8_t functions[],
			 enum rule_for need)
{
	unsigned i;

	for (i = 0; i < s->m->n; i++)
		if (functions[i])
			s->host->needs[i] |= (uint16_t)(1u << need);
}

static bool has_any(const struct host_scan *s, const uint8_t functions[])
{
	unsigned i;

	for (i = 0; i < s->m->n; i++)
		if (functions[i])
			return true;
	return false;
}

/* Every network card: nothing tells which of them. */
static void require_cards(struct host_scan *s)
{
	uint8_t functions[FUNCTIONS_MAX] = { 0 };
	unsigned i;

	for (i = 0; i < s->m->n; i++)
		functions[i] = s->m->fn[i].class >> 16 == 2;
	host_need_functions(s, functions, FOR_NET);
}

static void require_some_card(struct host_scan *s)
{
	host_note(s->host, "which network card the host's files need is not known: all "
		  "are kept", SPAN(""), "");
	require_cards(s);
}

/* A bridge's ports are all told: one without hardware is that of virtual machines. Of
 * others, such as a port of Open vSwitch, a tunnel or a VPN, nothing tells where they
 * lead to. */
static bool is_bridge(const struct host_scan *s, const struct host_nic *nic)
{
	char path[PATH_SIZE];

	return sysfs_path(path, "/sys/class/net", nic->name, "bridge") &&
	       sysfs_exists(s->root, path) == 1;
}

/* The card towards the server; else those with an address. All that there are, where the
 * way there leads to none of them, or may do so. */
static void require_net(struct host_scan *s, const char *server)
{
	uint8_t functions[FUNCTIONS_MAX] = { 0 };
	const struct host_nic *nic = host_nics_towards(s->nics, span_of(server));
	bool is_lost = nic && !host_fabric_nic(s, nic, functions);
	unsigned i;

	for (i = 0; i < s->nics->n && !nic; i++) {
		const struct host_nic *other = &s->nics->nic[i];

		if (other->has_address && !host_fabric_nic(s, other, functions) &&
		    !is_bridge(s, other))
			is_lost = true;
	}
	if (has_any(s, functions) && !is_lost)
		host_need_functions(s, functions, FOR_NET);
	else
		require_some_card(s);
}

struct driver {
	struct host_scan *s;
	const char *dir;
	uint8_t functions[FUNCTIONS_MAX];
};

/* "virtio2", a link to the device that this driver has. */
static int add_virtio(const char *name, void *with)
{
	struct driver *driver = with;
	char path[PATH_SIZE], link[PATH_SIZE];

	if (strncmp(name, "virtio", 6) == 0 &&
	    sysfs_path(path, driver->dir, name, NULL) &&
	    sysfs_link(driver->s->root, path, link, sizeof(link)) > 0)
		host_walk_path(driver->s, span_of(link), driver->functions);
	return 0;
}

/* Which of the hypervisor's directories has this name is not told: all of them. */
static void require_virtio(struct host_scan *s, enum rule_for need)
{
	static const char *const dirs[] = {
		"/sys/bus/virtio/drivers/virtiofs",
		"/sys/bus/virtio/drivers/9pnet_virtio",
	};
	struct driver driver = { .s = s };
	unsigned i;

	for (i = 0; i < 2; i++) {
		driver.dir = dirs[i];
		sysfs_list(s->root, dirs[i], add_virtio, &driver);
	}
	host_need_functions(s, driver.functions, need);
}

/* A device that stands on nothing known may be across the network, and may have disks of
 * this host below it: it is all the same which kind it is. */
static void require_lost(struct host_scan *s, const struct host_block *b,
			 bool is_optional)
{
	host_note(s->host, "", span_of(b->name), is_optional ?
		  " is on no PCI function, nor on anything else that is known" :
		  " is on no PCI function, nor on anything else that is known: all "
		  "network cards are kept");
	s->host->is_unsure = true;
	if (!is_optional)
		require_cards(s);
}

void host_lose_root(struct host_scan *s)
{
	uint8_t functions[FUNCTIONS_MAX] = { 0 };
	unsigned i;

	for (i = 0; i < s->m->n; i++)
		functions[i] = s->m->fn[i].class >> 8 == 0x0c03;
	host_need_functions(s, functions, FOR_ROOT);
	require_cards(s);
}

static void require_nics(struct host_scan *s, const struct host_found *found,
			 const struct host_reach *reach)
{
	host_need_functions(s, reach->nics, FOR_NET);
	if (found->is_ibft) {
		uint8_t functions[FUNCTIONS_MAX] = { 0 };

		if (host_fabric_ibft(s, functions))
			host_need_functions(s, functions, FOR_NET);
		else
			require_net(s, "");
	}
	if (reach->is_lan || found->is_lan)
		require_some_card(s);
	else if (reach->is_net)
		require_net(s, found->server);
}

void host_require(struct host_scan *s, const struct host_found *found, enum rule_for need)
{
	struct host_reach reach = { .is_net = found->is_net };
	unsigned i;

	for (i = 0; i < found->n; i++)
		host_walk(s, &s->blocks->block[found->block[i]], &reach);
	host_need_functions(s, reach.functions, need);
	if (found->is_virtio)
		require_virtio(s, need);
	if (reach.lost)
		require_lost(s, reach.lost, found->is_optional);
	if (!found->is_optional)
		require_nics(s, found, &reach);
}

static int scan(struct host_scan *s, struct fault *reterr)
{
	int r = host_blocks_scan(s->blocks, s->root, reterr);

	if (r < 0)
		return r;
	if (!host_nics_scan(s->nics, s->root))
		return fault_set(reterr, E2BIG, "more network interfaces than the limit "
				 "HOST_NICS_MAX, 2048", NULL);
	host_mounts_open(s);
	s->host->is_known = host_where(s);
	host_tabs_scan(s);
	host_units_scan(s);
	host_boot_scan(s);
	if (s->wait_for)
		host_dracut_words(s, span_of(s->wait_for), "what dracut was called with");
	host_mounts_scan(s);
	host_esp_scan(s);
	host_hold_mounted(s);
	host_use_scan(s);
	r = host_hold_scan(s, reterr);
	host_mounts_close(s);
	return r;
}

int host_scan(struct host *host, const struct machine *m, const struct root *root,
	      const char *running, const char *wait_for, struct fault *reterr)
{
	struct host_scan s = { .host = host, .m = m, .root = root,
			       .running = span_of(running), .wait_for = wait_for };
	unsigned i;
	int r;

	*reterr = (struct fault){ .name = "host" };
	memset(host, 0, sizeof(*host));
	s.blocks = calloc(1, sizeof(*s.blocks));
	s.nics = calloc(1, sizeof(*s.nics));
	if (s.blocks && s.nics)
		r = scan(&s, reterr);
	else
		r = fault_set(reterr, ENOMEM, "no memory for the tables of disks and "
			      "network interfaces", NULL);
	free(s.blocks);
	free(s.nics);
	for (i = 0; i < m->n; i++)
		host->is_removable[i] = host->needs[i] &&
					host_is_removable(root, m->fn[i].addr);
	return r;
}

bool host_is_removable(const struct root *root, struct pci_addr addr)
{
	char path[PATH_SIZE], name[24], buffer[16];
	struct text t = TEXT_IN(name);
	ssize_t n = -1;

	pci_addr_text(addr, &t);
	if (sysfs_path(path, SYSFS_DEVICES, name, "removable"))
		n = sysfs_read(root, path, buffer, sizeof(buffer));
	return n > 0 && span_is(sysfs_trim(buffer, n), "removable");
}

enum rule_for host_need(const struct host *host, unsigned i)
{
	unsigned need;

	for (need = FOR_ROOT; need <= FOR_TWIN; need++)
		if (host->needs[i] & 1u << need)
			return (enum rule_for)need;
	return FOR_NONE;
}

const struct host_hold *host_next_hold(const struct host *host, unsigned i, unsigned *at)
{
	while (*at < host->n_holds) {
		const struct host_hold *hold = &host->hold[(*at)++];

		if (hold->fn == i)
			return hold;
	}
	return NULL;
}

void host_read_models(struct machine *m, const struct root *root)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (m->fn[i].has_dsn == FACT_UNKNOWN && host_has_model(m, i))
			machine_read_dsn(m, i, root);
}
