/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the options say of a guest, checked so that nothing of it can be a word of XML, of
 * QEMU or of a shell by accident; and what was left out.
 */
#include "guest/guest.h"

#include <errno.h>
#include <string.h>

enum { GIB = 1024 };		/* in MiB, as all memory here */

/* The name becomes one of files, and a word of QEMU's -name. */
static int check_name(const char *name, struct fault *reterr)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789._-";

	if (name[0] != '.' && name[0] != '-' && strlen(name) <= 64 &&
	    strspn(name, good) == strlen(name))
		return 0;
	return fault_quote(reterr, EINVAL, "--new-domain is not a name for a guest: ",
			   span_of(name), ": take up to 64 letters, digits, dots, "
			   "underscores and hyphens");
}

/* A file is named in full for libvirt, whose daemon has another working directory. */
static int check_path(const char *option, const char *path, struct fault *reterr)
{
	const char *s;

	for (s = path; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			break;
	if (path[0] == '/' && !*s && strlen(path) < PATH_SIZE)
		return 0;
	return fault_set(reterr, EINVAL, option, path[0] == '/' ?
			 " is longer than 511 bytes, or has control characters" :
			 " is not an absolute path: begin it with /", NULL);
}

static int read_cpus(struct guest *guest, const char *value, struct fault *reterr)
{
	uint64_t n;

	if (span_number(span_of(value), 10, 5, 4096, &n) < 0 || n == 0)
		return fault_quote(reterr, EINVAL, "--cpus is not a number of "
				   "processors: ", span_of(value), ": take 1 to 4096");
	guest->threads = (unsigned)n;
	return 0;
}

int guest_read_memory(const char *value, uint64_t *ret_memory, struct fault *reterr)
{
	struct span s = span_of(value);
	bool is_giga = span_ends(s, "G");
	uint64_t n;

	if (is_giga || span_ends(s, "M")) {
		s.n--;
		if (span_number(s, 10, 9, is_giga ? 65536 : 65536 * GIB, &n) == 0) {
			*ret_memory = is_giga ? n * GIB : n;
			if (*ret_memory >= GUEST_MEMORY_MIN)
				return 0;
		}
	}
	return fault_quote(reterr, EINVAL, "--memory is not a size: ", span_of(value),
			   ": take a number with M or G, as 8G, of 128M at least");
}

/* Each build of the firmware has a variable store of its own kind: OVMF_CODE_4M.fd goes
 * with OVMF_VARS_4M.fd, ovmf-x86_64-code.bin with ovmf-x86_64-vars.bin. */
static int find_vars(struct guest *guest, struct fault *reterr)
{
	struct span name = span_last(span_of(guest->firmware), '/');
	const char *upper = strstr(name.s, "CODE");
	const char *code = upper ? upper : strstr(name.s, "code");
	struct text t = TEXT_IN(guest->vars);

	if (strstr(name.s, "secboot") || strstr(name.s, ".ms.") ||
	    strstr(name.s, "secure"))
		return fault_set(reterr, EINVAL, guest->firmware, ": firmware for Secure "
				 "Boot runs only cards whose ROM is signed: take the one "
				 "without", NULL);
	if (!code)
		return fault_set(reterr, EINVAL, guest->firmware, ": a UEFI firmware has "
				 "CODE in its name, and a file with VARS in its place "
				 "beside it: use one like OVMF_CODE_4M.fd", NULL);
	text_span(&t, (struct span){ guest->firmware, (size_t)(code - guest->firmware) });
	text_add(&t, upper ? "VARS" : "vars");
	text_add(&t, code + 4);
	return 0;
}

int guest_read(struct guest *guest, const struct request *request, const char *name,
	       struct fault *reterr)
{
	int r;

	*reterr = (struct fault){ .name = "earlybind" };
	*guest = (struct guest){
		.name = request->new_domain ? request->new_domain : name,
		.disk = request->disk,
		.firmware = request->firmware,
		.has_hugepages = request->given & OPTION_HUGEPAGES,
		.has_iommufd = request->given & OPTION_IOMMUFD,
	};
	r = check_name(guest->name, reterr);
	if (r == 0 && request->cpus)
		r = read_cpus(guest, request->cpus, reterr);
	if (r == 0 && request->memory)
		r = guest_read_memory(request->memory, &guest->memory, reterr);
	if (r == 0 && guest->disk)
		r = check_path("--disk", guest->disk, reterr);
	if (r == 0 && guest->firmware) {
		r = check_path("--firmware", guest->firmware, reterr);
		if (r == 0)
			r = find_vars(guest, reterr);
	}
	return r;
}

int guest_complete(struct guest *guest, const struct cpus *cpus, struct fault *reterr)
{
	uint64_t there = cpus->memory >> 20;
	char node[24], have[24], want[24];
	struct text n = TEXT_IN(node), h = TEXT_IN(have), w = TEXT_IN(want);

	*reterr = (struct fault){ .name = "earlybind" };
	if (guest->memory == 0) {
		guest->memory = there ? there / 2 / GIB * GIB : 4 * GIB;
		if (guest->memory == 0)
			guest->memory = there / 2;
	}
	if (there == 0 || guest->memory < there)
		return 0;
	text_decimal(&n, cpus->node);
	text_decimal(&h, there);
	text_decimal(&w, guest->memory);
	return fault_set(reterr, ERANGE, "--memory: node ", node, " has ", have, " MiB, "
			 "and a guest with a device holds all of its ", want,
			 " MiB: take less", NULL);
}

int guest_find_firmware(struct guest *guest, const struct root *root,
			struct fault *reterr)
{
	static const char *const known[] = {
		"/usr/share/OVMF/OVMF_CODE_4M.fd",		/* Debian */
		"/usr/share/OVMF/OVMF_CODE.fd",			/* Debian 11, Fedora */
		"/usr/share/edk2/ovmf/OVMF_CODE.fd",		/* Fedora */
		"/usr/share/edk2/x64/OVMF_CODE.4m.fd",		/* Arch */
		"/usr/share/edk2-ovmf/x64/OVMF_CODE.fd",	/* Arch before */
		"/usr/share/qemu/ovmf-x86_64-code.bin",		/* openSUSE */
		"/usr/share/edk2-ovmf/OVMF_CODE.fd",		/* Gentoo */
		NULL,
	};
	size_t i;

	*reterr = (struct fault){ .name = "earlybind" };
	for (i = 0; known[i] && !guest->firmware; i++)
		if (sysfs_exists(root, known[i]) == 1)
			guest->firmware = known[i];
	if (!guest->firmware)
		return fault_set(reterr, ENOENT, "no UEFI firmware for guests was found: "
				 "install ovmf (edk2-ovmf), or name it with --firmware",
				 NULL);
	return find_vars(guest, reterr);
}

bool guest_has_block(const struct guest *guest)
{
	return guest->disk && span_starts(span_of(guest->disk), "/dev/");
}

const char *guest_format(const struct guest *guest)
{
	return !guest->disk || span_ends(span_of(guest->disk), ".qcow2") ?
	       "qcow2" : "raw";
}
