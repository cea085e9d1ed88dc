/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose a boot entry is. Several systems may share one /boot, and each edits its own
 * entries only. An entry says so by machine-id and token, as kernel-install writes them,
 * and by the root file system that it starts; where the two do not agree, or say nothing,
 * nobody knows.
 */
#include "loader/system.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/machine_id.h"
#include "loader/root.h"
#include "words/edit.h"

#define EFIVARS "/sys/firmware/efi/efivars"
/* https://systemd.io/BOOT_LOADER_INTERFACE */
#define LOADER_GUID "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"

/* UTF-16 after four bytes of attributes: Documentation/filesystems/efivarfs.rst */
bool loader_variable(const struct root *root, const char *name, char *ret, size_t size)
{
	char path[PATH_SIZE], data[2 * TOKEN_SIZE + 4];
	struct text t = text_start(ret, size);
	ssize_t n, i;

	snprintf(path, sizeof(path), EFIVARS "/%s-" LOADER_GUID, name);
	n = sysfs_read_head(root, path, data, sizeof(data));
	for (i = 4; i + 1 < n && (data[i] || data[i + 1]); i += 2)
		text_char(&t, data[i + 1] == 0 && data[i] > ' ' - 1 ? data[i] : '?');
	return t.n > 0 && !t.full;
}

static bool add_token(struct loader_tokens *tokens, struct span token)
{
	struct text t;

	if (token.n == 0 || token.n >= TOKEN_SIZE || tokens->n == TOKENS_MAX)
		return false;
	t = TEXT_IN(tokens->token[tokens->n++]);
	text_span(&t, token);
	return true;
}

static bool has_token(const struct loader_tokens *tokens, struct span token)
{
	unsigned i;

	for (i = 0; i < tokens->n; i++)
		if (span_is(token, tokens->token[i]))
			return true;
	return false;
}

/* The value of KEY=value, KEY="value" or KEY='value'. */
static struct span setting(struct span text, const char *key)
{
	while (text.s) {
		struct span value = edit_cut_line(&text);
		struct span name = span_cut(&value, '=');

		if (!value.s || !span_is(name, key))
			continue;
		if (value.n > 1 && strchr("\"'", value.s[0]) &&
		    value.s[value.n - 1] == value.s[0])
			return (struct span){ value.s + 1, value.n - 2 };
		return value;
	}
	return (struct span){ NULL, 0 };
}

static void add_settings(struct loader_tokens *tokens, const struct root *root,
			 const char *path, const char *key, const char *other)
{
	static char text[16384];
	ssize_t n = sysfs_read_head(root, path, text, sizeof(text));

	add_token(tokens, setting(sysfs_trim(text, n), key));
	add_token(tokens, setting(sysfs_trim(text, n), other));
}

/* The tokens of kernel-install(8). That of os-release is the distribution's name, which
 * two systems may have: it says that an entry may be ours, and not that it is. */
void loader_system_read(struct loader_system *system, const struct root *root,
			const char *running)
{
	char text[TOKEN_SIZE];
	struct text cmdline;
	ssize_t n;

	*system = (struct loader_system){ .root = root };
	machine_id_read(root, system->machine_id);
	add_token(&system->ids, span_of(system->machine_id));
	n = sysfs_read_head(root, "/etc/kernel/entry-token", text, sizeof(text));
	system->has_token = add_token(&system->ids, sysfs_trim(text, n));
	add_settings(&system->ids, root, "/etc/machine-info",
		     "KERNEL_INSTALL_MACHINE_ID", "");
	add_settings(&system->names, root, sysfs_exists(root, "/etc/os-release") == 1 ?
		     "/etc/os-release" : "/usr/lib/os-release", "IMAGE_ID", "ID");
	cmdline = TEXT_IN(system->cmdline);
	text_add(&cmdline, running);
	n = sysfs_read_head(root, "/proc/sys/kernel/osrelease", system->release,
			    sizeof(system->release));
	system->release[sysfs_trim(system->release, n).n] = '\0';
	loader_variable(root, "LoaderEntrySelected", system->selected,
			sizeof(system->selected));
}

static struct span value_of(struct span line)
{
	if (line.s)
		span_cut_word(&line);
	while (line.n > 0 && (line.s[0] == ' ' || line.s[0] == '\t')) {
		line.s++;
		line.n--;
	}
	return line;
}

void loader_entry_read(struct loader_entry *entry, const char *name, struct span text)
{
	struct text t = TEXT_IN(entry->options);
	size_t initrds = 0, image;

	entry->name = name;
	entry->kernel = value_of(edit_find_line(text, "linux"));
	image = sizeof("BOOT_IMAGE=(lvm/some-volume) ") - 1 + entry->kernel.n;
	entry->machine_id = value_of(edit_find_line(text, "machine-id"));
	entry->version = value_of(edit_find_line(text, "version"));
	while (text.s) {
		struct span line = edit_cut_line(&text), rest = line;
		struct span key = span_cut_word(&rest);

		if (span_is(key, "initrd"))
			initrds += sizeof(" initrd=") - 1 + value_of(line).n;
		if (!span_is(key, "options"))
			continue;
		text_add(&t, t.n > 0 ? " " : "");
		text_span(&t, value_of(line));
	}
	entry->is_long = t.full;
	entry->n_more = initrds > image ? initrds : image;
}

static enum likeness compare_roots(const struct loader_system *system,
				   const struct loader_entry *entry)
{
	return root_compare(system->root, span_of(system->cmdline),
			    span_of(entry->options));
}

/* Cuts "-VERSION" off the end of a name. */
static bool cut_version(struct span *name, struct span version)
{
	size_t n = version.n;

	if (n == 0 || name->n <= n + 1 || name->s[name->n - n - 1] != '-' ||
	    memcmp(name->s + name->n - n, version.s, n) != 0)
		return false;
	name->n -= n + 1;
	return true;
}

/* The token at the start of "TOKEN-VERSION.conf"; empty: it has none. */
static struct span token_of(const struct loader_entry *entry)
{
	struct span name = span_of(entry->name);
	const char *plus = strrchr(entry->name, '+');
	struct span id = { name.s, MACHINE_ID_LENGTH };

	if (name.n > id.n && name.s[id.n] == '-' && machine_id_is(id))
		return id;
	name.n -= sizeof(".conf") - 1;
	if (cut_version(&name, entry->version))
		return name;
	/* "+3-1" counts its tries */
	name.n = plus ? (size_t)(plus - name.s) : 0;
	return cut_version(&name, entry->version) ? name : (struct span){ NULL, 0 };
}

enum likeness loader_system_token(const struct loader_system *system,
				  struct span token)
{
	if (token.n == 0 || system->ids.n == 0)
		return LIKE_UNKNOWN;
	if (has_token(&system->ids, token))
		return LIKE_SAME;
	return has_token(&system->names, token) ? LIKE_UNKNOWN : LIKE_OTHER;
}

static enum likeness compare_names(const struct loader_system *system,
				   const struct loader_entry *entry)
{
	return loader_system_token(system, token_of(entry));
}

static enum likeness compare_ids(const struct loader_system *system,
				 const struct loader_entry *entry)
{
	if (entry->machine_id.n == 0 || system->machine_id[0] == '\0')
		return LIKE_UNKNOWN;
	return has_token(&system->ids, entry->machine_id) ? LIKE_SAME : LIKE_OTHER;
}

/* systemd-boot writes the name in lower case, and without what counts its tries. */
static bool is_selected(const struct loader_system *system, const char *name)
{
	const char *plus = strrchr(name, '+');
	size_t n = plus ? (size_t)(plus - name) : strlen(name);

	if (system->selected[0] == '\0')
		return false;
	return strcasecmp(system->selected, name) == 0 ||
	       (plus && strncasecmp(system->selected, name, n) == 0 &&
		strcasecmp(system->selected + n, ".conf") == 0);
}

/* "BOOT_IMAGE=(hd0,gpt2)/vmlinuz", as GRUB sees the file system that we have at /boot. */
static bool is_image(const struct loader_system *system, struct span kernel)
{
	struct span image = root_word(span_of(system->cmdline), "BOOT_IMAGE");

	if (image.n > 0 && image.s[0] == '(')
		span_cut(&image, ')');
	if (image.n == 0 || kernel.n == 0 || image.s[0] != '/' || kernel.s[0] != '/')
		return false;
	return image.n > kernel.n ?
	       memcmp(image.s + image.n - kernel.n, kernel.s, kernel.n) == 0 :
	       memcmp(kernel.s + kernel.n - image.n, image.s, image.n) == 0;
}

/* "/TOKEN/VERSION/" of the running kernel, with the separator of whoever wrote it. */
static bool has_folder(const struct loader_system *system, const char *word,
		       char separator, struct span token)
{
	char folder[TOKEN_SIZE + sizeof(system->release) + 4];
	struct text t = TEXT_IN(folder);

	text_char(&t, separator);
	text_span(&t, token);
	text_char(&t, separator);
	text_add(&t, system->release);
	text_char(&t, separator);
	return !t.full && span_has(root_word(span_of(system->cmdline), word), folder);
}

/* GRUB says which kernel it started, systemd-boot which entry; the EFI stub of the kernel
 * was told which initrd to load: Documentation/admin-guide/efi-stub.rst. */
static bool has_started(const struct loader_system *system, struct span token)
{
	char entry[TOKEN_SIZE + sizeof(system->release) + sizeof("-.conf")];
	struct text t = TEXT_IN(entry);

	text_span(&t, token);
	text_char(&t, '-');
	text_add(&t, system->release);
	text_add(&t, ".conf");
	return system->release[0] && ((!t.full && is_selected(system, entry)) ||
		has_folder(system, "BOOT_IMAGE", '/', token) ||
		has_folder(system, "initrd", '\\', token));
}

/* kernel-install(8) has no other token than the one that it is told. */
enum likeness loader_system_folder(const struct loader_system *system,
				   struct span token)
{
	enum likeness owner = loader_system_token(system, token);

	if (owner != LIKE_SAME && has_started(system, token))
		return LIKE_SAME;
	return owner == LIKE_UNKNOWN && system->has_token ? LIKE_OTHER : owner;
}

bool loader_system_booted(const struct loader_system *system,
			  const struct loader_entry *entry)
{
	struct span rest = span_of(entry->options);

	if (system->selected[0])
		return is_selected(system, entry->name);
	if (!is_image(system, entry->kernel))
		return false;
	/* an entry of the same kernel may have other words */
	while (rest.n > 0) {
		struct span word = span_cut_word(&rest);

		if (word.n > 0 && word.s[0] != '$' &&
		    !edit_has_word(span_of(system->cmdline), word))
			return false;
	}
	return true;
}

bool loader_system_runs(const struct loader_system *system,
			const struct loader_entry *entry)
{
	bool has_none = !root_word(span_of(system->cmdline), "root").s &&
			!root_word(span_of(entry->options), "root").s;

	/* systemd finds a root by the type of its partition */
	return compare_roots(system, entry) == LIKE_SAME ||
	       (has_none && system->cmdline[0] && !strchr(entry->options, '$'));
}

/* An entry of a kernel, which is not the one for rescue. */
static bool is_kernel(const struct loader_entry *entry)
{
	return entry->kernel.n > 0 && !strstr(entry->name, "rescue") &&
	       !span_has(span_last(entry->kernel, '/'), "memtest");
}

enum entry_owner loader_system_judge(const struct loader_system *system,
				     const struct loader_entry *entry,
				     const char **ret_why)
{
	enum likeness root = compare_roots(system, entry);
	enum likeness id = compare_ids(system, entry);
	enum likeness name = compare_names(system, entry);

	if (!is_kernel(entry))
		return ENTRY_OTHER;
	if (id == LIKE_OTHER || (id == LIKE_UNKNOWN && name == LIKE_OTHER)) {
		*ret_why = "it starts the root of this system, and its machine-id or "
			   "token is that of another one";
		return root == LIKE_SAME ? ENTRY_UNSURE : ENTRY_OTHER;
	}
	*ret_why = "the root that it starts is not the running one";
	if (root == LIKE_OTHER)
		return ENTRY_UNSURE;
	*ret_why = "it has the machine-id of this system, and the token of another one";
	if (name == LIKE_OTHER && root != LIKE_SAME)
		return ENTRY_UNSURE;
	*ret_why = "nothing in it says that it is of this system";
	if (root == LIKE_UNKNOWN && id != LIKE_SAME && name != LIKE_SAME &&
	    !is_selected(system, entry->name))
		return ENTRY_UNSURE;
	*ret_why = "it has more options than any kernel takes";
	return entry->is_long ? ENTRY_UNSURE : ENTRY_OURS;
}

bool loader_system_is_other(const struct loader_system *system,
			    const struct loader_entry *entry)
{
	const char *why;

	return is_kernel(entry) &&
	       loader_system_judge(system, entry, &why) == ENTRY_OTHER;
}

/* Whether it is the booted one, and by nothing but its name of another system. */
static bool is_inherited(const struct loader_system *system,
			 const struct loader_entry *entry)
{
	return is_kernel(entry) && compare_roots(system, entry) == LIKE_SAME &&
	       compare_ids(system, entry) == LIKE_UNKNOWN &&
	       compare_names(system, entry) == LIKE_OTHER &&
	       loader_system_booted(system, entry);
}

bool loader_system_learn(struct loader_system *system, const struct loader_entry *entry)
{
	return is_inherited(system, entry) && add_token(&system->ids, token_of(entry));
}
