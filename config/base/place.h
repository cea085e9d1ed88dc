/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_PLACE_H
#define EARLYBIND_PLACE_H

#include <sys/stat.h>

#include "core/fault.h"
#include "core/sysfs.h"

/* What is written by rename has this end until it is whole. With the dot before it no
 * pattern of a shell, of GRUB or of systemd-boot finds it. */
#define PLACE_PART_END ".earlybind"

enum { PLACE_TEXT_MAX = 4 << 20, PLACE_NAME_MAX = 256 };

/* What to do about a link: find the file that it leads to, or refuse it. */
enum place_link { PLACE_FOLLOW, PLACE_NO_LINK };

/* A directory and a file in it, which may be missing, with its text. */
struct place {
	int dir;			/* -1: the directory is missing */
	char name[PLACE_NAME_MAX];
	bool is_there;
	struct stat stat;
	char *text;			/* NULL: it is not there */
	size_t n;
};

/* The name of a file in its directory; the path has a slash. */
const char *place_base(const char *path);

/* Fills the fault: what could not be done ("the file cannot be read: "), the error, and
 * that root may. Returns -err. */
int place_cannot(const char *what, int err, struct fault *reterr);

/* Opens the place of a file below the root, and reads the file. Whatever came of it, the
 * caller calls place_close(). Returns 0, also where there is no file; or -errno and a
 * fault. */
int place_open(struct place *place, const struct root *root, const char *path,
	       enum place_link link, struct fault *reterr);

/* As place_open(), and leaves the text unread: for large files. */
int place_find(struct place *place, const struct root *root, const char *path,
	       enum place_link link, struct fault *reterr);

struct span place_text(const struct place *place);

/* Makes the text that of the file: whole or not at all, by rename, on disk when it
 * returns, with mode, owner and attributes of the file that was there; one that was not
 * gets the mode. A file with that very text is left alone. Returns 1 (written), 0 (it was
 * so already), or -errno and a fault. */
int place_write(struct place *place, struct span text, mode_t mode, struct fault *reterr);

/* Whether both are of one file that nobody has written meanwhile. The number of an inode
 * says nothing: on FAT it is another one each time that the file is looked up anew
 * (fs/fat/inode.c:fat_build_inode). */
bool place_same_file(const struct stat *a, const struct stat *b);

/* Opens a new, empty file beside the place, which nobody takes for the real one; an older
 * one is removed. Returns the fd or -errno. */
int place_open_part(const struct place *place);

/* Gives the part the mode, owner and attributes of the file that is there, sees it on
 * disk and renames it, unless the file is not the one any more that place_find() found
 * (-EBUSY). `fd` is of the part. Removes the part where that fails. Returns 0 or
 * -errno. */
int place_finish_part(struct place *place, int fd, mode_t mode);

/* Removes a part, where there is one, and what dracut made it from. */
void place_drop_part(const struct place *place);

/* Removes all parts that lie beside a file, which may be missing: those of runs that were
 * killed. Only with the lock of sync_lock() is nobody at work on one of them. */
void place_sweep(const struct root *root, const char *path);

/* The name of the part. */
void place_part_name(const struct place *place, char name[PLACE_NAME_MAX]);

/* Removes the file. Returns 0 or -errno and a fault. */
int place_remove(struct place *place, struct fault *reterr);

void place_close(struct place *place);

/* Opens a directory, and makes what is missing of it; the last one gets the mode. Returns
 * the fd or -errno. */
int place_make_dir(const struct root *root, const char *path, mode_t mode);

/* Writes all of it. Returns 0 or -errno. */
int place_write_fd(int fd, struct span text);

/* As place_write_fd(), and sees it on disk. */
int place_write_whole(int fd, struct span text);

#endif
