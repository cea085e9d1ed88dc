/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_LOADER_SYSTEM_H
#define EARLYBIND_LOADER_SYSTEM_H

#include "base/machine_id.h"
#include "core/sysfs.h"
#include "loader/root.h"

enum { TOKENS_MAX = 4, TOKEN_SIZE = 256 };

struct loader_tokens {
	unsigned n;
	char token[TOKENS_MAX][TOKEN_SIZE];
};

/* What tells the boot entries of this system from those of others on the same /boot. */
struct loader_system {
	const struct root *root;
	struct loader_tokens ids;	/* nobody else has one of these */
	struct loader_tokens names;	/* of the distribution */
	bool has_token;			/* /etc/kernel/entry-token says which one it is */
	char release[128];		/* of the running kernel */
	char machine_id[MACHINE_ID_LENGTH + 1];	/* or empty */
	char cmdline[CMDLINE_MAX];	/* of the running kernel */
	char selected[TOKEN_SIZE];	/* what systemd-boot started, or empty */
};

/* One entry of the Boot Loader Specification, its text being somebody else's. */
struct loader_entry {
	const char *name;		/* of the file */
	struct span kernel;		/* s == NULL: it starts no Linux */
	struct span machine_id;
	struct span version;
	bool is_long;			/* there are more options than fit */
	char options[CMDLINE_MAX];	/* of all its lines */
	size_t n_more;			/* what GRUB or systemd-boot adds to them */
};

enum entry_owner {
	ENTRY_OURS,
	ENTRY_OTHER,		/* no kernel, or one of another system, or for rescue */
	ENTRY_UNSURE,
};

/* Reads what this system is; `running` is the command line of its kernel. */
void loader_system_read(struct loader_system *system, const struct root *root,
			const char *running);

/* Whether a token is this system's: unknown where it is only the name of the
 * distribution. */
enum likeness loader_system_token(const struct loader_system *system,
				  struct span token);

/* Whether a folder with kernels is this system's, by the token that it is named for. The
 * one that the running kernel came from is. */
enum likeness loader_system_folder(const struct loader_system *system,
				   struct span token);

/* Reads the text of an entry. */
void loader_entry_read(struct loader_entry *entry, const char *name, struct span text);

/* Whose it is. Where that is not sure, `ret_why` gets a reason. */
enum entry_owner loader_system_judge(const struct loader_system *system,
				     const struct loader_entry *entry,
				     const char **ret_why);

/* Whether it starts a kernel of another system, surely, and not for rescue. */
bool loader_system_is_other(const struct loader_system *system,
			    const struct loader_entry *entry);

/* Whether an entry of ours starts the root file system that runs. */
bool loader_system_runs(const struct loader_system *system,
			const struct loader_entry *entry);

/* Whether the running kernel was started by this entry. */
bool loader_system_booted(const struct loader_system *system,
			  const struct loader_entry *entry);

/* Takes the token in the name of the booted entry for one of this system's: images for
 * clouds have entries of the machine that made them. Returns whether it did. */
bool loader_system_learn(struct loader_system *system, const struct loader_entry *entry);

/* The text of a variable of systemd-boot, such as "LoaderInfo"; false: there is none. */
bool loader_variable(const struct root *root, const char *name, char *ret, size_t size);

#endif
