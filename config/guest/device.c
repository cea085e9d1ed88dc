/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a bound function is like for a guest: its reset, the addresses of its BARs, its
 * ROM, the caches, its power. All but the ROM is read from sysfs alone.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text_file.h"
#include "guest/bars.h"
#include "guest/ready.h"
#include "guest/rom.h"

/* One attribute of it, trimmed; empty where there is none. */
static struct span read_word(const struct inputs *in, const char *address,
			     const char *name, char *buffer, size_t size)
{
	char path[PATH_SIZE];
	ssize_t n = sysfs_path(path, SYSFS_DEVICES, address, name) ?
		    sysfs_read(&in->root, path, buffer, size) : -1;

	return n < 0 ? (struct span){ "", 0 } : sysfs_trim(buffer, n);
}

/* VFIO resets a bus below a port where all of it is its own:
 * vfio_pci_core.c:vfio_pci_ioctl_pci_hot_reset(). */
static bool is_bus_ours(const struct inputs *in, unsigned i)
{
	const struct function *f = &in->machine.fn[i];
	char driver[DRIVER_MAX];
	unsigned j;

	if (f->path.hops < 1)
		return false;
	for (j = 0; j < in->machine.n; j++) {
		const struct function *g = &in->machine.fn[j];
		struct text t = TEXT_IN(driver);

		if (g->addr.domain == f->addr.domain && g->addr.bus == f->addr.bus &&
		    !ready_is_vfio(in, j, &t))
			return false;
	}
	return true;
}

static void add_reset(struct findings *findings, const struct inputs *in, unsigned i,
		      const char *address)
{
	const struct function *f = &in->machine.fn[i];
	char buffer[128];
	struct span methods = read_word(in, address, "reset_method", buffer,
					sizeof(buffer));
	bool has_own = methods.n > 0 || f->has_reset == FACT_YES;
	bool is_ours = !has_own && is_bus_ours(in, i);
	struct finding *finding;
	struct text t;

	finding = findings_say(findings, has_own || is_ours ? STATE_OK :
			  f->has_reset == FACT_UNKNOWN ? STATE_UNKNOWN : STATE_WISH,
			  TOPIC_GUEST, address, &t);
	if (span_is(methods, "pm")) {
		text_add(&t, "each start resets it by its power state alone (pm), which "
			 "some devices do not take for a reset");
	} else if (has_own) {
		text_add(&t, "each start resets it");
		if (methods.n > 0) {
			text_add(&t, " (");
			text_quote(&t, methods);
			text_add(&t, ")");
		}
		text_add(&t, ": a second one finds it as the first did");
	} else if (is_ours) {
		text_add(&t, "it has no reset of its own; all of its slot is bound, and "
			 "each start resets that");
	} else {
		text_add(&t, "it has no reset: a second start may find it as the guest "
			 "left it");
		findings_remedy(finding, "bind all of its slot (with=card), or reboot "
				"between two starts");
	}
}

static void add_size(struct text *t, uint64_t n)
{
	static const char *const units[] = { " bytes", " KiB", " MiB", " GiB", " TiB" };
	unsigned i;

	for (i = 0; i < 4 && n >= 1024 && n % 1024 == 0; i++)
		n /= 1024;
	text_decimal(t, n);
	text_add(t, units[i]);
}

/* "address sizes	: 39 bits physical, 48 bits virtual" */
static unsigned cpu_bits(const struct root *root)
{
	struct span text;
	char *buffer = text_file_read(root, "/proc/cpuinfo", &text);
	uint64_t n = 0;

	while (text.s && n == 0) {
		struct span line = span_cut(&text, '\n');

		if (!span_starts(line, "address sizes"))
			continue;
		span_cut(&line, ':');
		if (span_number(span_cut_word(&line), 10, 3, 64, &n) < 0)
			break;
	}
	free(buffer);
	return (unsigned)n;
}

/* Intel's tell how wide an address they map: Virtualization Technology for Directed I/O,
 * Capability Register, MGAW; and whether they make each access snoop: Extended
 * Capability Register, SC. */
static uint64_t intel_register(const struct root *root, const char *name)
{
	char path[PATH_SIZE], buffer[32];
	struct text t = TEXT_IN(path);
	uint64_t n;
	ssize_t r;

	text_add(&t, "/sys/class/iommu/dmar0/intel-iommu/");
	text_add(&t, name);
	r = sysfs_read(root, path, buffer, sizeof(buffer));
	return r > 0 && span_number(sysfs_trim(buffer, r), 16, 16, UINT64_MAX, &n) == 0 ?
	       n : 0;
}

static unsigned iommu_bits(const struct root *root)
{
	uint64_t cap = intel_register(root, "cap");

	return cap ? (unsigned)(cap >> 16 & 0x3f) + 1 : 0;
}

/* The firmware of a guest puts what is large at the end of what its processor can
 * address, and QEMU maps it there through the IOMMU. */
static void add_bars(struct findings *findings, const struct inputs *in, unsigned i,
		     const char *address)
{
	unsigned cpu = cpu_bits(&in->root), iommu = iommu_bits(&in->root);
	struct finding *finding;
	struct bars bars;
	uint64_t most;
	struct text t;

	bars_read(&bars, &in->root, in->machine.fn[i].addr);
	most = bars.largest;
	if (most == 0)
		return;
	finding = findings_say(findings, STATE_OK, TOPIC_GUEST, address, &t);
	text_add(&t, "its largest BAR has ");
	add_size(&t, most);
	if (cpu && iommu && iommu < cpu) {
		char remedy[FAULT_SIZE];
		struct text r = TEXT_IN(remedy);

		findings_state(finding, STATE_WISH);
		text_add(&t, ", the processor has ");
		text_decimal(&t, cpu);
		text_add(&t, " bits of address, and the IOMMU only ");
		text_decimal(&t, iommu);
		text_add(&r, "if QEMU says that it cannot map it: -cpu "
			 "host,host-phys-bits-limit=");
		text_decimal(&r, iommu);
		findings_remedy(finding, remedy);
	} else if (bars_window(bars.high)) {
		text_add(&t, ": UEFI of before 2023 has no room for it in a guest, but "
			 "where earlybind export makes some");
	}
}

static void add_rom(struct findings *findings, const struct inputs *in, unsigned i,
		    const char *address)
{
	const struct function *f = &in->machine.fn[i];
	struct finding *finding;
	struct rom rom = { .n = 0 };
	struct fault fault;
	_cleanup_free_ char *data = memory_new(ROM_MAX, &fault);
	char name[32];
	char remedy[FAULT_SIZE];
	struct text t, r = TEXT_IN(remedy);
	ssize_t n;

	if (!function_is_display(f))
		return;
	if (in->root.is_host && rom_exists(&in->root, f) == 1 &&
	    (geteuid() != 0 || ready_holder(&in->root, f->group, name))) {
		findings_say(findings, STATE_OK, TOPIC_GUEST, address, &t);
		text_add(&t, geteuid() != 0 ?
			 "it has a ROM; run as root to see what is in it" :
			 "it has a ROM, not looked at while a guest has the card");
		return;
	}
	n = data ? rom_read(&in->root, f, data, &fault) : -ENOMEM;
	if (n >= 0 && rom_parse(&rom, f, data, (size_t)n, &fault) == 0 && rom.has_uefi) {
		findings_say(findings, STATE_OK, TOPIC_GUEST, address, &t);
		text_add(&t, "its ROM is whole: ");
		rom_text(&rom, &t);
		return;
	}
	finding = findings_say(findings, STATE_WISH, TOPIC_GUEST, address, &t);
	if (rom.n == 0) {
		text_add(&t, n < 0 ? "its ROM cannot be read" : "its ROM is not whole");
		text_add(&r, "if a guest's screen stays dark: earlybind export rom ");
		text_add(&r, address);
		findings_remedy(finding, remedy);
		return;
	}
	text_add(&t, "its ROM is ");
	rom_text(&rom, &t);
	text_add(&t, ", so that a UEFI guest's screen stays dark until it has a driver");
}

/* AMD's IOMMUs always make a guest's device snoop: amd_iommu_capable(). */
static bool has_snoop_control(const struct inputs *in)
{
	enum { SNOOP_CONTROL = 1 << 7 };

	return in->machine.cpu == CPU_AMD ||
	       intel_register(&in->root, "ecap") & SNOOP_CONTROL;
}

static void add_caches(struct findings *findings, const struct inputs *in,
		       enum fact snoop, const char *address)
{
	struct finding *finding;
	struct text t;

	if (snoop == FACT_UNKNOWN)
		return;
	if (snoop == FACT_NO || has_snoop_control(in)) {
		findings_say(findings, STATE_OK, TOPIC_GUEST, address, &t);
		text_add(&t, snoop == FACT_NO ? "it does not bypass the caches (NoSnoop "
			 "is off)" : "it may ask to bypass the caches (NoSnoop), and the "
			 "IOMMU does not let it");
		return;
	}
	finding = findings_say(findings, STATE_WISH, TOPIC_GUEST, address, &t);
	text_add(&t, "it may bypass the caches (NoSnoop), and the IOMMU lets it: KVM "
		 "carries out the guest's wbinvd, which is right and costs time");
	findings_remedy(finding, "only if a guest is slow: see no-snoop in earlybind "
			"check");
}

static void add_power(struct findings *findings, const struct inputs *in,
		      const char *address)
{
	char buffer[16], allowed[8];
	struct span state = read_word(in, address, "power_state", buffer, sizeof(buffer));
	struct span cold = read_word(in, address, "d3cold_allowed", allowed,
				     sizeof(allowed));
	struct text t;

	if (state.n == 0)
		return;
	findings_say(findings, STATE_OK, TOPIC_GUEST, address, &t);
	text_add(&t, "its power state is ");
	text_quote(&t, state);
	if (span_is(cold, "1"))
		text_add(&t, ", and idle it may lose all power (D3cold); if it does not "
			 "come back: set vfio-pci.disable_idle_d3=1");
}

void ready_device(struct findings *findings, struct inputs *in, const struct facts *facts,
		  unsigned i)
{
	char address[24];
	struct text a = TEXT_IN(address);

	pci_addr_text(in->machine.fn[i].addr, &a);
	add_reset(findings, in, i, address);
	add_bars(findings, in, i, address);
	add_rom(findings, in, i, address);
	add_caches(findings, in, (enum fact)facts->no_snoop[i], address);
	add_power(findings, in, address);
}
