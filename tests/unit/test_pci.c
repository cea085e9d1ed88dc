/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of PCI: what is one, what is none, and how it is written. */
#include <errno.h>

#include "check.h"
#include "core/pci.h"

static struct pci_addr addr(const char *s)
{
	struct pci_addr a = { 0 };

	pci_addr_parse(span_of(s), &a);
	return a;
}

static void test_addresses(void)
{
	static const char *const bad[] = {
		"", ":", "::", "01:00", "01:00.", "01:00.8", "01:20.0", "1:00.0",
		"01:0.0",
		"01:00.00", "000:01:00.0", "123456789:01:00.0", "0000:01:00.0:",
		"0000:01:00.0 ",
		"0000::00.0", "x000:01:00.0", "+000:01:00.0", "0000:01:00,0",
		"0000:0000:01:00.0",
	};
	struct pci_addr a = { 9, 9, 9, 1 };
	char text[32];
	struct text t = TEXT_IN(text);
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(pci_addr_parse(span_of(bad[i]), &a) == -EINVAL,
		      "this is no address");
	CHECK(a.domain == 9 && a.bus == 9, "a failure leaves the result alone");
	CHECK(pci_addr_parse(SPAN("FFFFFFFF:Ff:1f.7"), &a) == 0,
	      "the last address is one");
	pci_addr_text(a, &t);
	CHECK_TEXT(text, "ffffffff:ff:1f.7", "and is written in small letters");
	text_init(&t, text, sizeof(text));
	pci_addr_text(addr("01:00.0"), &t);
	CHECK_TEXT(text, "0000:01:00.0", "a domain that was left out is written");
	CHECK(pci_addr_compare(addr("10000:00:00.0"), addr("ffff:ff:1f.7")) > 0,
	      "addresses are compared as numbers");
	CHECK(pci_addr_compare(addr("ffffffff:00:00.0"), addr("00:00.0")) > 0,
	      "also the largest domain");
	CHECK(pci_addr_same_slot(addr("01:02.0"), addr("01:02.7")),
	      "functions of a slot");
	CHECK(!pci_addr_same_slot(addr("01:02.7"), addr("01:03.0")), "the next slot");
	CHECK(!pci_addr_same_slot(addr("0001:01:02.0"), addr("0000:01:02.0")),
	      "the same slot of another domain");
}

static void test_paths(void)
{
	char text[HOPS_MAX * 5 + 32] = "0000:00:01.0";
	struct text t;
	struct pci_path p = { .hops = 3 }, q;
	int i;

	CHECK(pci_path_parse(SPAN("00:01.0"), &p) == 0 && p.hops == 0,
	      "a path of no hop");
	CHECK(pci_path_parse(SPAN("00:01.0/1f.7/00.0"), &p) == 0 && p.hops == 2 &&
	      p.hop[0] == 0xff && p.hop[1] == 0, "hops are device and function");
	CHECK(pci_path_parse(SPAN("00:01.0/"), &q) == -EINVAL, "an empty hop");
	CHECK(pci_path_parse(SPAN("00:01.0//00.0"), &q) == -EINVAL,
	      "an empty hop inside");
	CHECK(pci_path_parse(SPAN("/00.0"), &q) == -EINVAL, "no root");
	CHECK(pci_path_parse(SPAN("00:01.0/01:00.0"), &q) == -EINVAL, "a hop with a bus");
	for (i = 0; i < HOPS_MAX; i++)
		strcat(text, "/00.1");
	CHECK(pci_path_parse(span_of(text), &p) == 0 && p.hops == HOPS_MAX,
	      "a path of HOPS_MAX hops");
	{
		char again[sizeof(text)];

		text_init(&t, again, sizeof(again));
		pci_path_text(&p, &t);
		CHECK_TEXT(again, text, "and is written as it was read");
	}
	strcat(text, "/00.1");
	CHECK(pci_path_parse(span_of(text), &q) == -E2BIG, "one more is too many");
	q = p;
	CHECK(pci_path_equal(&p, &q), "a path is its own");
	q.hop[HOPS_MAX - 1] = 0;
	CHECK(!pci_path_equal(&p, &q), "the last hop counts");
	p.hops = q.hops = -1;
	CHECK(!pci_path_equal(&p, &q), "two unknown paths are not the same");
}

static const char *link_path(const char *link, char text[128])
{
	struct pci_path p;
	struct text t;

	text_init(&t, text, 128);
	if (pci_path_of_link(span_of(link), &p) == 0)
		pci_path_text(&p, &t);
	return text;
}

static void test_links(void)
{
	char text[128], link[512] = "../../../devices/pci0000:00";
	int i;

	CHECK_TEXT(link_path("../../../devices/pci0000:00/0000:00:14.0", text),
		   "0000:00:14.0", "link: a device on the root bus");
	CHECK_TEXT(link_path("../../../devices/pci0000:00/0000:00:1c.4/0000:3a:00.1",
			     text),
		   "0000:00:1c.4/00.1", "link: bus numbers do not matter");
	CHECK_TEXT(link_path("../../../devices/pci0000:00/0000:00:0e.0/pci10000:e0/"
			     "10000:e0:06.0/10000:e1:00.0", text),
		   "0000:00:0e.0/06.0/00.0", "link: through VMD");
	CHECK_TEXT(link_path("../../../devices/LNXSYSTM:00/PNP0A08:00/device:1a", text),
		   "",
		   "link: no address in it");
	CHECK_TEXT(link_path("", text), "", "link: empty");
	for (i = 0; i <= HOPS_MAX; i++)
		strcat(link, "/0000:01:00.0");
	CHECK(link_path(link, text)[0], "link: HOPS_MAX bridges");
	strcat(link, "/0000:01:00.0");
	CHECK_TEXT(link_path(link, text), "", "link: one bridge more is not known");
}

static bool alias(const char *s, struct pci_id *id, struct pci_id *subsystem,
		  uint32_t *class)
{
	return pci_modalias_parse(span_of(s), id, subsystem, class) == 0;
}

static void test_modalias(void)
{
	struct pci_id id, sub;
	uint32_t class;

	CHECK(alias("pci:v000010DEd00002206sv00001043sd000087C6bc03sc00i00", &id, &sub,
		    &class) && id.vendor == 0x10de && id.device == 0x2206 &&
	      sub.vendor == 0x1043 && sub.device == 0x87c6 && class == 0x030000,
	      "modalias: a graphics card");
	CHECK(alias("pci:v00001B73d00001100sv00001B73sd00001100bc0Csc03i30", &id, &sub,
		    &class) && class == 0x0c0330, "modalias: the interface counts");
	CHECK(!alias("pci:v000010DEd00002206sv00001043sd000087C6bc03sc00i00 ", &id, &sub,
		     &class), "modalias: something behind");
	CHECK(!alias("pci:v000010DEd00002206sv00001043sd000087C6bc03sc00", &id, &sub,
		     &class), "modalias: cut off");
	CHECK(!alias("pci:v000110DEd00002206sv00001043sd000087C6bc03sc00i00", &id, &sub,
		     &class), "modalias: a vendor of more than 16 bits");
	CHECK(!alias("usb:v000010DEd00002206sv00001043sd000087C6bc03sc00i00", &id, &sub,
		     &class), "modalias: another bus");
	CHECK(!alias("pci:v000010DEd00002206sv*sd*bc03sc*i*", &id, &sub, &class),
	      "modalias: a pattern");
	CHECK(!alias("", &id, &sub, &class), "modalias: empty");
}

static void test_others(void)
{
	struct pci_classes c = { 0, 0 };
	struct pci_id id;
	uint64_t dsn;
	char text[32];
	struct text t = TEXT_IN(text);

	CHECK(pci_classes_parse(SPAN("ff"), &c) == 0 && c.first == 0xff0000 &&
	      c.last == 0xffffff, "two digits are a range");
	CHECK(pci_classes_parse(SPAN("0300"), &c) == 0 && c.first == 0x030000 &&
	      c.last == 0x0300ff, "four digits are a range");
	CHECK(pci_classes_parse(SPAN("0c0330"), &c) == 0 && c.first == c.last,
	      "six digits are one");
	CHECK(pci_classes_parse(SPAN(""), &c) == -EINVAL, "no digit");
	CHECK(pci_classes_parse(SPAN("00030000"), &c) == -EINVAL, "eight digits");
	CHECK(pci_classes_parse(SPAN("VGA"), &c) == -EINVAL,
	      "names are in small letters");
	CHECK(pci_class_nearest(SPAN("ehternet")) != NULL, "a name is near");
	CHECK(pci_class_nearest(SPAN("030")) == NULL, "digits are near no name");
	CHECK(pci_id_parse(SPAN("10de:2206"), &id) == 0 && id.device == 0x2206, "an id");
	CHECK(pci_id_parse(SPAN("10de:22060"), &id) == -EINVAL, "five digits");
	CHECK(pci_id_parse(SPAN("10de"), &id) == -EINVAL, "no device");
	CHECK(pci_id_parse(SPAN("10de:2206:1"), &id) == -EINVAL, "three parts");
	CHECK(pci_dsn_parse(SPAN("ff-EE-00-11-22-33-44-55"), &dsn) == 0 &&
	      dsn == 0xffee001122334455, "a serial number");
	pci_dsn_text(dsn, &t);
	CHECK_TEXT(text, "ff-ee-00-11-22-33-44-55", "is written as it was read");
	CHECK(pci_dsn_parse(SPAN("ff-ee-00-11-22-33-44-55-66"), &dsn) == -EINVAL,
	      "9 bytes");
	CHECK(pci_dsn_parse(SPAN("ff-ee-00-11-22-33-44-5"), &dsn) == -EINVAL,
	      "half a byte");
}

int main(void)
{
	test_addresses();
	test_paths();
	test_links();
	test_modalias();
	test_others();
	return check_done();
}
