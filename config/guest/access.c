/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who has the files of the bound devices open, and whether the user who asks could start
 * a guest with them: their access, and how much memory he may lock. libvirt's daemon
 * needs neither.
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "guest/domain.h"
#include "guest/ready.h"

/* Where the links of a process are looked for. */
struct search {
	const struct root *root;
	const char *file;	/* "/dev/vfio/12" */
	char dir[64];		/* "/proc/4711/fd" */
	bool is_found;
};

static int note_link(const char *name, void *with)
{
	struct search *search = with;
	char path[PATH_SIZE], link[PATH_SIZE];

	if (!sysfs_path(path, search->dir, name, NULL) ||
	    sysfs_link(search->root, path, link, sizeof(link)) <= 0)
		return 0;
	search->is_found = span_is(span_of(link), search->file);
	return search->is_found;
}

struct holder {
	struct search search;
	unsigned pid;
};

static int note_process(const char *name, void *with)
{
	struct holder *holder = with;
	struct search *search = &holder->search;
	uint64_t pid;

	if (span_number(span_of(name), 10, 9, UINT32_MAX, &pid) < 0)
		return 0;
	snprintf(search->dir, sizeof(search->dir), "/proc/%s/fd", name);
	/* of others' processes nothing is seen without root */
	sysfs_list(search->root, search->dir, note_link, search);
	holder->pid = search->is_found ? (unsigned)pid : 0;
	return search->is_found;
}

/* With IOMMUFD the group's file is not open, but its device's: that is not looked for. */
unsigned ready_holder(const struct root *root, int32_t group, char name[32])
{
	char file[32], path[PATH_SIZE], comm[32];
	struct holder holder = { .search = { .root = root, .file = file } };
	struct text t = text_start(name, 32);
	ssize_t n;

	snprintf(file, sizeof(file), "/dev/vfio/%d", group);
	if (group < 0 || sysfs_list(root, "/proc", note_process, &holder) != 1)
		return 0;
	snprintf(path, sizeof(path), "/proc/%u/comm", holder.pid);
	n = sysfs_read(root, path, comm, sizeof(comm));
	text_quote(&t, n > 0 ? sysfs_trim(comm, n) : SPAN("a process"));
	return holder.pid;
}

static void add_holder(struct findings *findings, const struct inputs *in, unsigned i)
{
	int32_t group = in->machine.fn[i].group;
	char name[32], address[24];
	struct text t, a = TEXT_IN(address);
	unsigned pid = ready_holder(&in->root, group, name);

	if (!pid)
		return;
	pci_addr_text(in->machine.fn[i].addr, &a);
	findings_say(findings, STATE_OK, TOPIC_GUEST, address, &t);
	text_add(&t, "a guest has it: ");
	text_add(&t, name);
	text_add(&t, ", process ");
	text_decimal(&t, pid);
	text_add(&t, ", has IOMMU group ");
	text_decimal(&t, (uint64_t)group);
	text_add(&t, " open");
}

static const char *user_name(char buffer[32])
{
	const struct passwd *user = getpwuid(geteuid());

	if (user && user->pw_name[0])
		snprintf(buffer, 32, "%s", user->pw_name);
	else
		snprintf(buffer, 32, "%u", (unsigned)geteuid());
	return buffer;
}

/* The first file that the user may not open, or NULL. */
static const char *closed_file(const struct inputs *in, char file[32], bool *ret_there)
{
	unsigned i;

	for (i = 0; i < in->machine.n; i++) {
		int32_t group = in->machine.fn[i].group;

		if (group < 0 || !plan_binds(&in->plan, i) || !ready_is_first(in, i))
			continue;
		snprintf(file, 32, "/dev/vfio/%d", group);
		/* with the rights of this process: a question, nothing is opened */
		if (faccessat(in->root.fd, file + 1, R_OK | W_OK, AT_EACCESS) == 0)
			continue;
		*ret_there = errno != ENOENT;
		return file;
	}
	snprintf(file, 32, "/dev/kvm");
	if (faccessat(in->root.fd, file + 1, R_OK | W_OK, AT_EACCESS) == 0)
		return NULL;
	*ret_there = errno != ENOENT;
	return file;
}

static void add_kib(struct text *t, uint64_t kib)
{
	text_decimal(t, kib / 1024);
	text_add(t, " MiB");
}

/* Returns what a guest needs at least, where the user has not said how large it is. */
static uint64_t needed_kib(uint64_t memory)
{
	const struct guest guest = { .memory = memory ? memory : GUEST_MEMORY_MIN };

	return domain_memlock(&(struct domain){ .guest = &guest });
}

static void add_limit(struct findings *findings, uint64_t memory, const char *user)
{
	struct rlimit limit = { .rlim_cur = RLIM_INFINITY };
	uint64_t needed = needed_kib(memory), have;
	struct finding *finding;
	char remedy[FAULT_SIZE];
	struct text t, r = TEXT_IN(remedy);

	getrlimit(RLIMIT_MEMLOCK, &limit);
	have = limit.rlim_cur / 1024;
	finding = findings_say(findings, STATE_OK, TOPIC_GUEST, "", &t);
	text_add(&t, user);
	text_add(&t, " may start it: the files are accessible, memlock ");
	if (limit.rlim_cur == RLIM_INFINITY) {
		text_add(&t, "is unlimited");
		return;
	}
	add_kib(&t, have);
	if (memory) {
		text_add(&t, " of ");
		add_kib(&t, needed);
	} else if (have >= needed) {
		text_add(&t, ", for guests of up to ");
		add_kib(&t, have - needed + GUEST_MEMORY_MIN * 1024);
	}
	if (have >= needed)
		return;
	findings_state(finding, STATE_DIFFERS);
	t = TEXT_IN(finding->text);
	text_add(&t, user);
	text_add(&t, " may start it with libvirt alone: the files are accessible, "
		 "memlock ");
	add_kib(&t, have);
	text_add(&t, memory ? " of " : ", and the smallest guest needs ");
	add_kib(&t, needed);
	text_add(&r, "\"@kvm - memlock ");
	text_decimal(&r, needed);
	text_add(&r, "\" in /etc/security/limits.d/earlybind.conf, then a new login");
	findings_remedy(finding, remedy);
}

static void add_user(struct findings *findings, const struct inputs *in, uint64_t memory)
{
	char name[32], file[32];
	const char *user = user_name(name), *closed;
	struct finding *finding;
	bool is_there = false;
	char remedy[FAULT_SIZE];
	struct text t, r = TEXT_IN(remedy);

	closed = closed_file(in, file, &is_there);
	if (!closed && geteuid() == 0) {
		findings_say(findings, STATE_OK, TOPIC_GUEST, "", &t);
		text_add(&t, "root may start it; run this as another user to see "
			 "whether that user may");
		return;
	}
	if (!closed) {
		add_limit(findings, memory, user);
		return;
	}
	finding = findings_say(findings, STATE_DIFFERS, TOPIC_GUEST, closed, &t);
	if (!is_there) {
		text_add(&t, "it is not there");
		findings_remedy(finding, strcmp(closed, "/dev/kvm") == 0 ?
				"turn on VT-x or SVM in the firmware, modprobe kvm_intel "
				"or kvm_amd" : "modprobe vfio_pci, and earlybind status");
		return;
	}
	text_add(&t, user);
	text_add(&t, " may not write to it, and starts guests with libvirt alone");
	text_add(&r, "usermod -a -G kvm ");
	text_add(&r, user);
	findings_remedy(finding, remedy);
}

void ready_access(struct findings *findings, struct inputs *in, uint64_t memory)
{
	unsigned i;

	for (i = 0; i < in->machine.n; i++)
		if (plan_binds(&in->plan, i) && ready_is_first(in, i))
			add_holder(findings, in, i);
	add_user(findings, in, memory);
}
