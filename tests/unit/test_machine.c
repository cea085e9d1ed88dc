/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines: texts that are no machine, sorting at the limit, sysfs that is odd. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "core/machine.h"
#include "files.h"

static struct machine m;
static char words[2 * FAULT_SIZE];

static const char *parse(const char *text)
{
	struct text t = TEXT_IN(words);
	struct fault fault;

	text_init(&t, words, sizeof(words));
	if (machine_parse(&m, "x", span_of(text), &fault) < 0)
		fault_text(&fault, &t);
	return words;
}

#define ONE "address=01:00.0 id=10de:2206 class=030000"

static void test_faults(void)
{
	CHECK_TEXT(parse(""),
		   "x: there is no machine in it: make one with \"earlybind record\"",
		   "text: empty");
	CHECK_TEXT(parse("# only\n\n"), "x: there is no machine in it: make one with "
		   "\"earlybind record\"", "text: comments only");
	CHECK_TEXT(parse(ONE "\n"),
		   "x:1:1: the text of a machine starts with \"machine 1\": "
		   "make one with \"earlybind record\"", "text: no first line");
	CHECK_TEXT(parse("machine\n"),
		   "x:1:1: the text of a machine starts with \"machine 1\":"
		   " make one with \"earlybind record\"", "text: no number");
	CHECK_TEXT(parse("machine 2\n"), "x:1:1: this machine was recorded by a newer "
		   "earlybind: read it with that version", "text: a newer one");
	CHECK_TEXT(parse("machine 1"),
		   "x:1: the last line has no end: the text is cut off",
		   "text: no end of the first line");
	CHECK_TEXT(parse("machine 1\n" ONE),
		   "x:2:1: the last line has no end: the text is cut "
		   "off", "text: no end of the last line");
	CHECK_TEXT(parse("machine 1\n" ONE " gro\n"),
		   "x:2:43: expected KEY=VALUE and not "
		   "\"gro\": is the text cut off?", "text: a word that is no key");
	CHECK_TEXT(parse("machine 1\n" ONE " group=-1\n"),
		   "x:2:43: cannot read the value of "
		   "\"group=-1\", see earlybind-machine(5)", "text: a group below zero");
	CHECK_TEXT(parse("machine 1\n" ONE " boot_vga=2\n"),
		   "x:2:43: cannot read the value of "
		   "\"boot_vga=2\", see earlybind-machine(5)", "text: a flag of two");
	CHECK_TEXT(parse("machine 1\n" ONE " screen=1\n"),
		   "x:2:43: cannot read the value of "
		   "\"screen=1\", see earlybind-machine(5)", "text: no kind of screen");
	CHECK_TEXT(parse("machine 1\naddress=01:00.0 id=10de:2206\n"),
		   "x:2:1: a function needs"
		   " address=, id= and class=: is the text cut off?", "text: no class");
	CHECK_TEXT(parse("machine 1\n" ONE "\naddress=0000:01:00.0 id=1:1 class=03\n"),
		   "x:3:22: cannot read the value of \"id=1:1\", see "
		   "earlybind-machine(5)",
		   "text: an id of too few digits");
	CHECK_TEXT(parse("machine 1\n" ONE "\n" ONE "\n"),
		   "x: the function 0000:01:00.0 is listed twice",
		   "text: twice the same");
}

static void test_texts(void)
{
	char line[LINE_SIZE];
	struct text t = TEXT_IN(line);

	CHECK_TEXT(parse("# by hand\r\n\r\nmachine 1 cpu=amd later=1\r\n" ONE
			 " later=2 bridge=0\r\n"), "", "unknown keys and CR LF are no "
						       "error");
	CHECK(m.n == 1 && m.cpu == CPU_AMD && m.fn[0].group == GROUP_UNKNOWN &&
	      m.fn[0].path.hops < 0 && m.fn[0].has_reset == FACT_UNKNOWN &&
	      m.fn[0].has_dsn == FACT_UNKNOWN && !m.fn[0].is_bridge,
	      "what is left out is unknown");
	machine_function_text(&m, 0, true, &t);
	CHECK_TEXT(line,
		   "address=0000:01:00.0 id=10de:2206 subsystem=0000:0000 class=030000\n",
		   "and is not written");
	parse("machine 1\naddress=01:00.0 id=10de:2206 class=030000 "
	      "dsn=00-11-22-33-44-55-66-77"
	      " group=none\n");
	text_init(&t, line, sizeof(line));
	machine_function_text(&m, 0, false, &t);
	CHECK(!strstr(line, "dsn=") && strstr(line, "group=none"),
	      "serial numbers are left out where nobody asks for them");
	parse("machine 1\naddress=01:00.0 id=8086:1901 class=060400 bridge=0\n");
	CHECK(m.fn[0].is_bridge, "class 0604 is a bridge, whatever the text says");
}

/* The longest line of a function fits into LINE_SIZE. */
static void test_longest(void)
{
	char text[LINE_SIZE], line[LINE_SIZE];
	struct text t = TEXT_IN(text);
	int i;

	text_add(&t, "machine 1\naddress=ffffffff:ff:1f.7 path=ffffffff:ff:1f.7");
	for (i = 0; i < HOPS_MAX; i++)
		text_add(&t, "/1f.7");
	text_add(&t,
		 " id=ffff:ffff subsystem=ffff:ffff class=ffffff group=999999999 "
		 "bridge=1 ari=1 stuck=1 vfs=65535 numvfs=65535 "
		 "physfn=ffffffff:ff:1f.6 boot_vga=1 screen=framebuffer "
		 "direct=1 reset=1 "
		 "dsn=ff-ff-ff-ff-ff-ff-ff-ff\n");
	CHECK_TEXT(parse(text), "", "the longest line is read");
	t = (struct text)TEXT_IN(line);
	machine_function_text(&m, 0, true, &t);
	CHECK(!t.full && strcmp(line, strchr(text, '\n') + 1) == 0, "and written");
}

/* Cut anywhere but at the end of a line it is no machine, and never a crash. */
static void test_cut(void)
{
	static const char text[] = "machine 1 cpu=intel\n"
		"address=0000:01:00.0 path=0000:00:01.0/00.0 id=10de:2206 "
		"subsystem=1043:87c6 class=030000 group=1 boot_vga=1 reset=1\n"
		"address=0000:01:00.1 id=10de:1aef class=040300 physfn=0000:01:00.0 "
		"dsn=00-11-22-33-44-55-66-77 direct=0 bridge=0 group=unknown\n";
	bool is_refused = true;
	struct fault fault;
	size_t n;

	for (n = 0; n < sizeof(text) - 1; n++) {
		char *part = malloc(n);		/* the sanitizer sees its end */

		if (n > 0 && !part)
			abort();
		memcpy(part, text, n);
		if (machine_parse(&m, "cut", (struct span){ part, n }, &fault) == 0)
			is_refused = is_refused && part[n - 1] == '\n';
		free(part);
	}
	CHECK(is_refused, "a text that is cut off within a line is refused");
}

static void test_sort(void)
{
	uint64_t random = 1;
	bool is_sorted = true, is_found = true;
	unsigned i;

	m.n = FUNCTIONS_MAX;
	for (i = 0; i < m.n; i++) {	/* Knuth's MMIX: any permutation will do */
		random = random * 6364136223846793005u + 1442695040888963407u;
		m.fn[i] = (struct function){
			.addr = { (uint32_t)(random >> 33) % 5, (uint8_t)(i >> 8),
				  (uint8_t)(i >> 3 & 31), (uint8_t)(i & 7) },
			.group = (int32_t)i,
		};
	}
	machine_sort(&m);
	for (i = 1; i < m.n; i++)
		is_sorted = is_sorted && pci_addr_compare(m.fn[i - 1].addr,
							  m.fn[i].addr) < 0;
	CHECK(is_sorted, "8192 functions are sorted");
	for (i = 0; i < m.n; i++)
		is_found = is_found && machine_at(&m, m.fn[i].addr) == i;
	CHECK(is_found, "and each is found");
	CHECK(machine_at(&m, (struct pci_addr){ 7, 0, 0, 0 }) == NO_FUNCTION,
	      "others are not");
	machine_sort(&m);
	CHECK(machine_at(&m, m.fn[0].addr) == 0, "what is sorted stays so");
	m.n = 0;
	machine_sort(&m);
	CHECK(machine_at(&m, m.fn[0].addr) == NO_FUNCTION, "nothing is sorted, too");
}

static void test_limit(void)
{
	enum { LINE = 60 };
	char *text = malloc((FUNCTIONS_MAX + 2) * LINE);
	struct text t;
	unsigned i;

	if (!text)
		abort();
	text_init(&t, text, (FUNCTIONS_MAX + 2) * LINE);
	text_add(&t, "machine 1\n");
	for (i = 0; i <= FUNCTIONS_MAX; i++) {
		text_add(&t, "address=");
		pci_addr_text((struct pci_addr){ 0, (uint8_t)(i >> 8), i >> 3 & 31,
						i & 7 }, &t);
		text_add(&t, " id=10de:2206 class=030000\n");
	}
	CHECK_TEXT(parse(text),
		   "x:8194:1: more functions than the limit FUNCTIONS_MAX, 8192",
		   "more than 8192 functions are an error that names the limit");
	free(text);
}

/* --- sysfs */

#define DEVICE "sys/bus/pci/devices/0000:01:00.0/"
#define SECOND "sys/bus/pci/devices/01:00.0"

static void plant(void)
{
	files_begin();
	run("mkdir -p " DEVICE " sys/groups/7 sys/bus/pci/devices/0000:02:00.0 "
	    "sys/bus/pci/devices/junk");
	say(DEVICE "vendor", "0x10de\n");
	say(DEVICE "device", "0x2206\n");
	say(DEVICE "class", "0x030000\n");
	if (symlink("../../../../groups/7", DEVICE "iommu_group") < 0)
		abort();
}

static const struct function *scan(unsigned want)
{
	struct root root;
	struct fault fault;

	if (root_open(&root, ".") < 0 || machine_scan(&m, &root, want, &fault) < 0)
		abort();
	close_fd(&root.fd);
	return &m.fn[0];
}

static void test_scan(void)
{
	const struct function *f = scan(0);

	CHECK(m.n == 1 && f->id.device == 0x2206 && f->class == 0x030000 &&
	      f->group == 7 &&
	      f->subsystem.vendor == 0, "scan: without modalias the attributes serve");
	CHECK(f->path.hops < 0, "scan: a directory that is no link has no path");
	CHECK(f->boot_vga == FACT_UNKNOWN, "scan: no boot_vga is unknown");
	CHECK(m.cpu == CPU_UNKNOWN, "scan: no /proc/cpuinfo is an unknown processor");
	say(DEVICE "modalias", "pci:v00008086d000010D3sv00000000sd00000000bc02sc00i00\n");
	CHECK(scan(0)->id.device == 0x10d3, "scan: modalias comes first");
	say(DEVICE "modalias", "pci:junk\n");
	CHECK(scan(0)->id.device == 0x2206, "scan: unless it cannot be read");
	say(DEVICE "class", "030000\n");
	CHECK(scan(0)->class == 0x030000, "scan: a class without 0x is in hex, too");
	say(DEVICE "class", "-1\n");
	scan(0);
	CHECK(m.n == 0, "scan: a class that is no number, no function");
	say(DEVICE "class", "0x030000\n");
	if (symlink("0000:01:00.0", SECOND) < 0)
		abort();
	scan(0);
	CHECK(m.n == 1, "scan: a name that the kernel does not write is no function");
	if (unlink(SECOND) < 0)
		abort();
	say(DEVICE "boot_vga", "7\n");
	CHECK(scan(0)->boot_vga == FACT_UNKNOWN, "scan: a boot_vga of 7 is unknown");
	say(DEVICE "boot_vga", "1\n");
	CHECK(scan(0)->boot_vga == FACT_YES, "scan: a boot_vga of 1");
	say(DEVICE "secondary_bus_number", "1\n");
	CHECK(scan(MACHINE_DETAILS)->is_bridge,
	      "details: a bridge header of another class");
	if (unlink(DEVICE "secondary_bus_number") < 0 || unlink(DEVICE "iommu_group") < 0)
		abort();
	CHECK(scan(0)->group == GROUP_NONE, "scan: no link, no group");
	say(DEVICE "iommu_group", "");
	CHECK(scan(0)->group == GROUP_UNKNOWN,
	      "scan: a group that is no link is unknown");
	if (unlink(DEVICE "iommu_group") < 0 ||
	    symlink("../../../../groups/7", DEVICE "iommu_group") < 0)
		abort();
}

static void test_closer(void)
{
	run("rm -rf " DEVICE "physfn; ln -s ../0000:02:00.0 " DEVICE "physfn");
	say(DEVICE "class", "0x020000\n");
	CHECK(!scan(0)->is_vf, "scan: who is no display is not asked for a physical one");
	CHECK(scan(MACHINE_DETAILS)->is_vf && m.fn[0].pf.bus == 2 &&
	      m.fn[0].path.hops < 0, "details: a virtual function, which has no path");
	run("rm " DEVICE "physfn");
	say(DEVICE "sriov_totalvfs", "8\n");
	CHECK(scan(MACHINE_DETAILS)->vf_reach == 65535,
	      "details: where virtual functions are cannot be read: anywhere");
	say(DEVICE "sriov_offset", "16\n");
	say(DEVICE "sriov_stride", "2\n");
	run("for n in 0 1 2; do ln -s ../nowhere " DEVICE "virtfn$n; done");
	CHECK(scan(MACHINE_DETAILS)->vf_reach == 32 && m.fn[0].n_vfs == 3,
	      "details: where they are, and how many");
	say(DEVICE "sriov_totalvfs", "0\n");
	CHECK(scan(MACHINE_DETAILS)->vf_reach == 0, "details: or that there can be none");
	run("rm " DEVICE "sriov_totalvfs " DEVICE "virtfn*");
	say(DEVICE "class", "0x030000\n");
}

static void test_details(void)
{
	CHECK(scan(MACHINE_DETAILS)->has_direct == FACT_UNKNOWN, "details: no regions");
	CHECK(scan(MACHINE_DETAILS)->has_reset == FACT_UNKNOWN,
	      "details: no whole sysfs");
	say(DEVICE "remove", "");
	CHECK(scan(MACHINE_DETAILS)->has_reset == FACT_NO, "details: no reset");
	say(DEVICE "reset", "");
	CHECK(scan(MACHINE_DETAILS)->has_reset == FACT_YES, "details: a reset");
	say("sys/groups/7/reserved_regions", "0x1 0x2 msi\n");
	CHECK(scan(MACHINE_DETAILS)->has_direct == FACT_NO, "details: no direct region");
	say("sys/groups/7/reserved_regions", "0x1 0x2 direct-relaxable\n0x3 0x4 msi\n");
	CHECK(scan(MACHINE_DETAILS)->has_direct == FACT_NO,
	      "details: relaxable is no obstacle");
	say("sys/groups/7/reserved_regions", "0x1 0x2 direct\n0x3 0x4 msi\n");
	CHECK(scan(MACHINE_DETAILS)->has_direct == FACT_YES,
	      "details: a direct region first");
	say("sys/groups/7/reserved_regions", "0x1 0x2 msi\n0x3 0x4 direct\n");
	CHECK(scan(MACHINE_DETAILS)->has_direct == FACT_YES,
	      "details: a direct region last");
	say("sys/groups/7/reserved_regions", "0x3 0x4 direct");
	CHECK(scan(MACHINE_DETAILS)->has_direct == FACT_YES,
	      "details: without end of line");
	say("sys/groups/7/reserved_regions", "");
	CHECK(scan(MACHINE_DETAILS)->has_direct == FACT_NO, "details: no region at all");
}

/* One extended capability in a config space of 4096 bytes. */
static void capability(unsigned char *config, unsigned at, unsigned id, unsigned next)
{
	uint32_t head = id | 1u << 16 | next << 20;

	memcpy(config + at, &head, sizeof(head));
}

static void test_dsn(void)
{
	static unsigned char config[4096];
	const uint64_t dsn = 0x0011223344556677;

	CHECK(scan(MACHINE_DSN)->has_dsn == FACT_UNKNOWN, "dsn: no config space");
	put(DEVICE "config", config, 64);
	CHECK(scan(MACHINE_DSN)->has_dsn == FACT_UNKNOWN, "dsn: without root rights");
	put(DEVICE "config", config, 256);
	CHECK(scan(MACHINE_DSN)->has_dsn == FACT_NO, "dsn: conventional PCI has none");
	put(DEVICE "config", config, sizeof(config));
	CHECK(scan(MACHINE_DSN)->has_dsn == FACT_NO, "dsn: no capability");
	CHECK(scan(0)->has_dsn == FACT_UNKNOWN, "dsn: nobody asks");
	capability(config, 0x100, 1, 0x148);
	capability(config, 0x148, 3, 0);
	memcpy(config + 0x14c, &dsn, sizeof(dsn));
	put(DEVICE "config", config, sizeof(config));
	CHECK(scan(MACHINE_DSN)->has_dsn == FACT_YES && m.fn[0].dsn == dsn,
	      "dsn: behind another capability");
	capability(config, 0x148, 2, 0x100);
	put(DEVICE "config", config, sizeof(config));
	CHECK(scan(MACHINE_DSN)->has_dsn == FACT_NO, "dsn: a loop of capabilities ends");
	capability(config, 0x148, 2, 0xffc);
	capability(config, 0xffc, 3, 0);
	put(DEVICE "config", config, sizeof(config));
	CHECK(scan(MACHINE_DSN)->has_dsn == FACT_NO, "dsn: a capability beyond the end");
	capability(config, 0x148, 0xffff, 0xfff);
	memset(config + 0x148, 0xff, 4);
	put(DEVICE "config", config, sizeof(config));
	CHECK(scan(MACHINE_DSN)->has_dsn == FACT_UNKNOWN,
	      "dsn: a device that stops answering is unknown");
	memset(config, 0xff, sizeof(config));
	put(DEVICE "config", config, sizeof(config));
	CHECK(scan(MACHINE_DSN)->has_dsn == FACT_UNKNOWN,
	      "dsn: a device that does not answer is unknown");
	put(DEVICE "config", config, 256);
	CHECK(scan(MACHINE_DSN)->has_dsn == FACT_UNKNOWN,
	      "dsn: a conventional one that does not answer, too");
}

int main(void)
{
	test_faults();
	test_texts();
	test_longest();
	test_cut();
	test_sort();
	test_limit();
	plant();
	test_scan();
	test_closer();
	test_details();
	test_dsn();
	files_end();
	return check_done();
}
