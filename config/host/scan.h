/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_HOST_SCAN_H
#define EARLYBIND_HOST_SCAN_H

#include "host/block.h"
#include "host/host.h"
#include "host/net.h"

/* A directory for each ZFS pool that is imported, and files for all of them. */
#define HOST_POOLS "/proc/spl/kstat/zfs"

struct libmnt_fs;
struct libmnt_table;

enum { HOST_COUNTED = 4 };	/* kinds of disks that are counted: nvme0, sda */

/* Of one kind, the last that files and command lines name so. */
struct host_counted {
	unsigned index;			/* of the first that need not stay for that */
	bool is_filter;			/* of a file of LVM's or mdadm's */
	char text[128];			/* "/dev/sdb1 in /etc/fstab"; empty: none */
};

/* What the parts of host_scan() share; no other file includes this. */
struct host_scan {
	struct host *host;
	const struct machine *m;
	const struct root *root;
	struct span running;		/* the running command line, or empty */
	const char *wait_for;		/* by dracut's call; or NULL */
	struct host_blocks *blocks;
	struct host_nics *nics;
	struct libmnt_table *mounts;	/* the live ones; NULL where they are not known */
	struct libmnt_table *wanted;	/* those that files and command lines ask for */
	struct host_counted counted[HOST_COUNTED];
	uint64_t cards;			/* set of the N of ethN that are named so */
	uint64_t line_cards;		/* the same of the command line that is read */
	uint64_t fixed_cards;		/* those that it ties to an address */
	unsigned last_port;		/* of SATA that is named so; 0: none */
};

/* What a spec ("UUID=…", "/dev/vg/root", "server:/dir") stands for. */
struct host_found {
	bool is_net;
	bool is_lan;			/* by a card that need have no address */
	bool is_ibft;			/* by the card that the firmware has begun with */
	bool is_optional;		/* the boot does not wait for the network */
	bool is_virtio;			/* a directory of the hypervisor */
	char server[64];		/* empty: not known */
	unsigned n;
	uint16_t block[HOST_BLOCKS_MAX];
};

/* What a block device stands on. */
struct host_reach {
	bool is_net;				/* by a card that is not told */
	bool is_lan;				/* the same, with an address or not */
	bool is_grounded;			/* the device that is visited now */
	const struct host_block *lost;		/* the first on nothing that is known */
	uint8_t functions[FUNCTIONS_MAX];	/* bools */
	uint8_t nics[FUNCTIONS_MAX];		/* bools: the cards that lead there */
	uint8_t seen[HOST_BLOCKS_MAX];		/* bools: no way is walked twice */
	unsigned done;				/* of the line */
	unsigned n;
	uint16_t line[HOST_BLOCKS_MAX];
};

/* Whether the facts are those of the machine that will boot; else fills host->why.
 * where.c */
bool host_where(struct host_scan *s);

/* Each returns whether it is known what the text stands for: then `found` has it, and
 * it is empty for what needs no device (tmpfs). spec.c */
bool host_spec_find(struct host_scan *s, struct span spec, struct host_found *found);
bool host_spec_pool(struct host_scan *s, struct span pool, struct host_found *found);
/* The block device whose node is at the path, whatever it is called there. */
bool host_spec_node(struct host_scan *s, struct span path, struct host_found *found);
void host_found_add(struct host_scan *s, struct host_found *found,
		    const struct host_block *b);
/* It is across the network, at the first IPv4 address of the text, if any. */
void host_found_server(struct host_found *found, struct span spec);

/* Adds all that the block device stands on. walk.c */
void host_walk(struct host_scan *s, const struct host_block *b, struct host_reach *reach);
/* Adds the functions whose addresses are parts of a sysfs path; whether there are any. */
bool host_walk_path(struct host_scan *s, struct span path, uint8_t functions[]);

/* Whether a path of /sys/devices is that of a device that is known to need neither a PCI
 * function nor the network. platform.c */
bool host_is_platform(struct span path);

/* Each adds the functions of network cards, and returns whether there are any: of that
 * interface (or NULL) and those below it; those of the firmware's iSCSI table.
 * fabric.c */
bool host_fabric_nic(struct host_scan *s, const struct host_nic *nic,
		     uint8_t functions[]);
bool host_fabric_ibft(struct host_scan *s, uint8_t functions[]);
/* The cards of an iSCSI session ("host5", "session1"); of an NVMe controller ("nvme1"). A
 * device whose way in is known to be the network is grounded. */
void host_fabric_iscsi(struct host_scan *s, struct span host, struct span session,
		       struct host_reach *reach);
void host_fabric_nvme(struct host_scan *s, struct span controller,
		      struct host_reach *reach);

/* The functions are needed for that. host.c */
void host_need_functions(struct host_scan *s, const uint8_t functions[],
			 enum rule_for need);
/* All that was found is needed for that. host.c */
void host_require(struct host_scan *s, const struct host_found *found,
		  enum rule_for need);
/* Which device the root is on is not known, but for that it is a disk or behind one of
 * these: every network card and every USB controller. host.c */
void host_lose_root(struct host_scan *s);
/* Reads a text file; the caller frees it. NULL and an empty span where there is none; a
 * note where it is there and cannot be read. host.c */
char *host_read(struct host_scan *s, const char *path, struct span *ret_text);
/* Adds a sentence: what, the piece of foreign text, why. host.c */
void host_note(struct host *host, const char *what, struct span name, const char *why);

/* Reads the live mounts into the scan. mounts.c */
void host_mounts_open(struct host_scan *s);
/* All that is mounted. */
void host_mounts_scan(struct host_scan *s);
/* The live mount that a file is on. Returns as host_spec_find(). */
bool host_mounts_file(struct host_scan *s, struct span path, struct host_found *found);
void host_mounts_close(struct host_scan *s);
/* The live mount at a directory, or NULL. */
struct libmnt_fs *host_mounts_at(struct host_scan *s, const char *target);
/* A table of lines that libmount knows, or NULL. The caller unrefs it. Sets whether it
 * has left any out, where that is asked for. */
struct libmnt_table *host_mounts_table(const struct root *root, const char *path,
				       bool *ret_is_odd);
/* What a mount point is needed for. entry.c */
enum rule_for host_need_at(const char *target);
/* Whether a file system is one across the network. entry.c */
bool host_entry_is_net(struct libmnt_fs *fs);
/* Whether the boot goes on without it. entry.c */
bool host_entry_is_optional(struct libmnt_fs *fs);
/* The same as host_spec_find(), of a line that libmount has read. entry.c */
bool host_entry_find(struct host_scan *s, struct libmnt_fs *fs, struct span spec,
		     struct host_found *found);
/* What is to be mounted or swapped to, as `from` says. entry.c */
void host_entry_scan(struct host_scan *s, struct libmnt_fs *fs, const char *from);
/* The same, from texts; a NULL target means swap. entry.c */
void host_entry_add(struct host_scan *s, const char *source, const char *target,
		    const char *type, const char *options, const char *from);
/* The mount that is asked for at a directory, or NULL. entry.c */
struct libmnt_fs *host_entry_at(struct host_scan *s, const char *target);

/* tabs.c: fstab, crypttab and swaps. */
void host_tabs_scan(struct host_scan *s);
/* A key or header: "PATH", "PATH:SPEC" or "/dev/…"; a path is one of this system if
 * `is_here`. Returns as host_spec_find(). tabs.c */
bool host_tabs_key(struct host_scan *s, struct span text, bool is_here,
		   struct host_found *found);
/* The value of "name=" in a list "a,b=c"; a NULL span where it is not there, an empty one
 * where it has none. tabs.c */
struct span host_tabs_option(struct span options, const char *name);
/* That a text ("UUID=1=/dev/sdb1") names disks by the kernel's count. names.c */
void host_names_note(struct host_scan *s, struct span text, const char *from);
/* A word of a command line, and the end of that line: which cards and ports they name by
 * the kernel's count. counts.c */
void host_counts_word(struct host_scan *s, struct span word);
void host_counts_line(struct host_scan *s);
/* units.c: the mount and swap units of systemd that are no other's. */
void host_units_scan(struct host_scan *s);
/* Whether a mount is no need of the boot, but what somebody who is logged in wants now.
 * user.c */
bool host_user_is(struct host_scan *s, struct libmnt_fs *fs);
/* What the words of a line name; `from` says in a note where it stands. words.c */
void host_words_scan(struct host_scan *s, struct span line, const char *from);
/* What dracut waits for, as a file of its settings says; the same, by the value of one.
 * dracut.c */
void host_dracut_scan(struct host_scan *s, struct span text, const char *path);
void host_dracut_words(struct host_scan *s, struct span text, const char *from);
/* boot.c: the command lines of the kernel and of the loader's entries. */
void host_boot_scan(struct host_scan *s);
/* esp.c: the partition that the firmware started from. */
void host_esp_scan(struct host_scan *s);
/* use.c: what is in use though nothing is mounted from it. */
void host_use_scan(struct host_scan *s);
/* hold.c: what the functions hold. That one of them holds something, once. */
void host_hold_add(struct host_scan *s, const uint8_t functions[], enum host_kind kind,
		   const struct text *t);
/* What is mounted, or swapped to. */
void host_hold_mounted(struct host_scan *s);
/* What is left, after all else. Returns 0, or -E2BIG and a
 * fault. */
int host_hold_scan(struct host_scan *s, struct fault *reterr);

#endif
