/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's cores, caches and NUMA nodes, as hwloc sees them. The library is loaded when
 * it is asked for: the rest of the tool, which makes images and repairs a boot, must run
 * where it is missing. docs/architecture.md has the reasons.
 */
#include "guest/topology.h"

#include <dlfcn.h>
#include <errno.h>
#include <hwloc.h>
#include <stdlib.h>
#include <string.h>

#define HWLOC_SO "libhwloc.so.15"

/* Only objects that are asked for by depth: the header's inline functions would call the
 * library directly. */
struct hwloc {
	__typeof__(hwloc_topology_init) *init;
	__typeof__(hwloc_topology_set_type_filter) *set_filter;
	__typeof__(hwloc_topology_set_flags) *set_flags;
	__typeof__(hwloc_topology_set_components) *set_components;
	__typeof__(hwloc_topology_load) *load;
	__typeof__(hwloc_topology_is_thissystem) *is_host;
	__typeof__(hwloc_topology_destroy) *destroy;
	__typeof__(hwloc_get_type_depth) *depth;
	__typeof__(hwloc_get_obj_by_depth) *at;
	__typeof__(hwloc_bitmap_next) *next;
	__typeof__(hwloc_cpukinds_get_by_cpuset) *kind;
	__typeof__(hwloc_cpukinds_get_info) *kind_info;
	hwloc_topology_t topology;
};

static int open_library(struct hwloc *hw, struct fault *reterr)
{
	static const struct {
		const char *name;
		size_t at;
	} calls[] = {
		{ "hwloc_topology_init", offsetof(struct hwloc, init) },
		{ "hwloc_topology_set_type_filter", offsetof(struct hwloc, set_filter) },
		{ "hwloc_topology_set_flags", offsetof(struct hwloc, set_flags) },
		{ "hwloc_topology_set_components",
		  offsetof(struct hwloc, set_components) },
		{ "hwloc_topology_load", offsetof(struct hwloc, load) },
		{ "hwloc_topology_is_thissystem", offsetof(struct hwloc, is_host) },
		{ "hwloc_topology_destroy", offsetof(struct hwloc, destroy) },
		{ "hwloc_get_type_depth", offsetof(struct hwloc, depth) },
		{ "hwloc_get_obj_by_depth", offsetof(struct hwloc, at) },
		{ "hwloc_bitmap_next", offsetof(struct hwloc, next) },
		{ "hwloc_cpukinds_get_by_cpuset", offsetof(struct hwloc, kind) },
		{ "hwloc_cpukinds_get_info", offsetof(struct hwloc, kind_info) },
	};
	void *library = dlopen(HWLOC_SO, RTLD_NOW | RTLD_LOCAL);
	size_t i;

	if (!library)
		return fault_set(reterr, ENOPKG, HWLOC_SO " is not there, without which "
				 "the processors near a card are not known: install "
				 "hwloc (libhwloc15 of Debian, hwloc-libs of Fedora)",
				 NULL);
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		void *call = dlsym(library, calls[i].name);

		if (!call)
			return fault_set(reterr, ENOPKG, HWLOC_SO " has no ",
					 calls[i].name, ": it is older than hwloc 2.4",
					 NULL);
		memcpy((char *)hw + calls[i].at, &call, sizeof(call));
	}
	return 0;
}

/* Of devices only PCI functions: for others hwloc would ask the drivers of graphics cards
 * (its plugins for CUDA, OpenCL and the like). Processors that this process may not use
 * are the guest's as well. The processor itself can speak for the host alone. */
static int load(struct hwloc *hw, bool is_host, struct fault *reterr)
{
	bool is_loaded;
	int err;

	errno = 0;
	if (hw->init(&hw->topology) == 0) {
		hw->set_filter(hw->topology, HWLOC_OBJ_PCI_DEVICE,
			       HWLOC_TYPE_FILTER_KEEP_ALL);
		hw->set_flags(hw->topology, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
		if (!is_host)
			hw->set_components(hw->topology,
					   HWLOC_TOPOLOGY_COMPONENTS_FLAG_BLACKLIST,
					   "x86");
		is_loaded = hw->load(hw->topology) == 0;
		/* of what it cannot read it says nothing, and reads the host */
		if (is_loaded && (is_host || !hw->is_host(hw->topology)))
			return 0;
		err = is_loaded ? ENOENT : errno;
		hw->destroy(hw->topology);
		errno = err;
	}
	return fault_set(reterr, errno ? errno : EIO, "hwloc cannot read the processors "
			 "of this machine: ", strerror(errno), ": see lstopo", NULL);
}

static uint16_t number(unsigned n)
{
	return n < TOPOLOGY_NONE ? (uint16_t)n : TOPOLOGY_NONE;
}

static uint16_t above(hwloc_obj_t object, hwloc_obj_type_t type)
{
	for (; object; object = object->parent)
		if (object->type == type)
			return number(object->logical_index);
	return TOPOLOGY_NONE;
}

/* Kinds have no order where their efficiency is not known. */
static uint16_t kind_of(const struct hwloc *hw, hwloc_const_bitmap_t cpuset)
{
	int kind = hw->kind(hw->topology, cpuset, 0);
	int efficiency = -1;

	if (kind < 0 || hw->kind_info(hw->topology, (unsigned)kind, NULL, &efficiency,
				      NULL, NULL, 0) < 0 || efficiency < 0)
		return 0;
	return number((unsigned)efficiency);
}

static void read_core(const struct hwloc *hw, struct topology *t, hwloc_obj_t object)
{
	struct topology_core *core = &t->core[t->n];
	int node = hw->next(object->nodeset, -1);
	int cpu = -1;

	*core = (struct topology_core){ .l3 = above(object, HWLOC_OBJ_L3CACHE),
					.die = above(object, HWLOC_OBJ_DIE),
					.kind = kind_of(hw, object->cpuset) };
	if (core->die == TOPOLOGY_NONE)
		core->die = above(object, HWLOC_OBJ_PACKAGE);
	core->node = node < 0 ? TOPOLOGY_NONE : number((unsigned)node);
	while (core->n_cpus < TOPOLOGY_THREADS_MAX &&
	       (cpu = hw->next(object->cpuset, cpu)) >= 0)
		core->cpu[core->n_cpus++] = number((unsigned)cpu);
	t->n += core->n_cpus > 0;
}

static int compare(const void *a, const void *b)
{
	const struct topology_core *x = a, *y = b;

	return x->cpu[0] - y->cpu[0];
}

static int read_cores(const struct hwloc *hw, struct topology *t, struct fault *reterr)
{
	int depth = hw->depth(hw->topology, HWLOC_OBJ_CORE);
	hwloc_obj_t object;
	unsigned i;

	if (depth < 0)		/* a machine that does not tell */
		depth = hw->depth(hw->topology, HWLOC_OBJ_PU);
	for (i = 0; (object = hw->at(hw->topology, depth, i)); i++) {
		if (t->n == TOPOLOGY_CORES_MAX)
			return fault_set(reterr, E2BIG, "more cores than the limit "
					 "TOPOLOGY_CORES_MAX, 2048", NULL);
		read_core(hw, t, object);
	}
	qsort(t->core, t->n, sizeof(t->core[0]), compare);
	return t->n > 0 ? 0 : fault_set(reterr, ENOENT, "hwloc sees no processor: see "
					"lstopo", NULL);
}

static void read_nodes(const struct hwloc *hw, struct topology *t)
{
	hwloc_obj_t object;

	while (t->n_nodes < TOPOLOGY_NODES_MAX &&
	       (object = hw->at(hw->topology, HWLOC_TYPE_DEPTH_NUMANODE, t->n_nodes))) {
		t->node[t->n_nodes].number = number(object->os_index);
		t->node[t->n_nodes++].memory = object->attr->numanode.local_memory;
	}
}

/* hwloc hangs a device below what is near to it: a node, a package, the whole machine. */
static void read_device(const struct hwloc *hw, struct topology *t,
			const struct machine *m, hwloc_obj_t object)
{
	const struct hwloc_pcidev_attr_s *pci = &object->attr->pcidev;
	struct pci_addr addr = { pci->domain, pci->bus, pci->dev, pci->func };
	unsigned i = machine_at(m, addr);
	int node;

	while (object && !object->nodeset)
		object = object->parent;
	if (i == NO_FUNCTION || !object)
		return;
	node = hw->next(object->nodeset, -1);
	if (node >= 0 && hw->next(object->nodeset, node) < 0)
		t->node_of[i] = number((unsigned)node);
}

bool topology_is_given(void)
{
	return getenv("HWLOC_XMLFILE") || getenv("HWLOC_FSROOT");
}

int topology_read(struct topology *t, const struct machine *m, const char *root,
		  struct fault *reterr)
{
	struct hwloc hw;
	hwloc_obj_t object;
	unsigned i;
	int r;

	*reterr = (struct fault){ .name = "earlybind" };
	memset(t, 0, sizeof(*t));
	memset(t->node_of, 0xff, sizeof(t->node_of));
	if (strcmp(root, "/") != 0 && !topology_is_given() &&
	    setenv("HWLOC_FSROOT", root, 1) < 0)
		return fault_set(reterr, errno, "HWLOC_FSROOT cannot be set: ",
				 strerror(errno), NULL);
	r = open_library(&hw, reterr);
	if (r == 0)
		r = load(&hw, strcmp(root, "/") == 0 && !topology_is_given(), reterr);
	if (r < 0)
		return r;
	r = read_cores(&hw, t, reterr);
	read_nodes(&hw, t);
	for (i = 0; (object = hw.at(hw.topology, HWLOC_TYPE_DEPTH_PCI_DEVICE, i)); i++)
		read_device(&hw, t, m, object);
	hw.destroy(hw.topology);
	return r;
}
