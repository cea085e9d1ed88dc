/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_IMAGES_H
#define EARLYBIND_IMAGES_H

#include "core/pci.h"
#include "facts/facts.h"
#include "image/initrd.h"
#include "image/places.h"

enum {
	IMAGES_MAX = 256,	/* three kernels have three to nine */
	IMAGE_KERNELS_MAX = KERNELS_MAX + 1,
	IMAGE_ORPHANS_MAX = 64,
};

/* A kernel that images are looked for of. */
struct image_kernel {
	char name[128];
	bool is_running;
	bool has_modules;	/* they are installed */
	bool can_boot;		/* there is more of it; unknown where it has an image */
	bool is_replaced;	/* its package has an image, of another version */
};

/* What an image is, besides the present config and host. judge/images.c */
enum image_verdict {
	IMAGE_RIGHT, IMAGE_UNREAD, IMAGE_HIDDEN, IMAGE_BARE, IMAGE_OLD_CONFIG,
	IMAGE_TORN, IMAGE_OTHER_VERSION, IMAGE_DAMAGED, IMAGE_OLD_HOST,
};

/* Why sync does not make an image again. */
enum image_obstacle {
	OBSTACLE_NONE, OBSTACLE_NOT_ROOT, OBSTACLE_OTHER_ENTRY, OBSTACLE_OTHER_ID,
	OBSTACLE_NO_MODULES, OBSTACLE_LINK,
	OBSTACLE_UNIFIED, OBSTACLE_SYSTEM, OBSTACLE_SQUASH, OBSTACLE_ADDED,
	OBSTACLE_TORN, OBSTACLE_OPTIONS, OBSTACLE_OMITTED, OBSTACLE_NO_MAKER,
	OBSTACLE_OTHER_MAKER, OBSTACLE_TWO_VERSIONS, OBSTACLE_FOLDER, OBSTACLE_NOBODYS,
};

/* One image of a kernel: what is there, and then what that is judged to be. */
struct image {
	char path[PATH_SIZE];
	uint8_t place;		/* enum image_place */
	bool is_ours;		/* it is surely of this system */
	const struct image_kernel *kernel;
	int err;		/* it cannot be read: -errno, and why; or 0 */
	char fault[FAULT_SIZE];
	struct initrd initrd;
	bool is_link;
	bool is_second;		/* two kernels are of the package that it is named for */
	bool was_booted;	/* surely that of this boot */
	bool has_other_entry;	/* an entry of another system starts it */
	bool has_other_id;	/* it has the machine-id of another system */
	bool has_former;
	bool is_former_in_menu;	/* and this boot had another one */
	bool has_options;	/* what it was made with is understood */
	char options_fault[FAULT_SIZE];	/* or why not */
	struct image_options options;
	/* the judge's */
	uint8_t verdict;	/* enum image_verdict */
	uint8_t state;		/* enum state */
	uint8_t obstacle;	/* enum image_obstacle */
	bool would_bind;	/* IMAGE_OLD_HOST: the device it would bind, or not */
	struct pci_addr addr;
};

/* The images of the installed kernels. Some 3 MB, nearly all of it zero pages. */
struct images {
	const char *missing;	/* boot_missing(): then nothing is looked at; or NULL */
	bool lost_kernels;	/* there are more than KERNELS_MAX */
	const char *system;	/* image_maker_of_system() */
	unsigned n_kernels;
	struct image_kernel kernel[IMAGE_KERNELS_MAX];
	unsigned n;		/* those of one kernel follow each other */
	unsigned n_lost;	/* those without room */
	struct image image[IMAGES_MAX];
	unsigned n_orphans;	/* former images whose kernel is gone */
	char orphan[IMAGE_ORPHANS_MAX][PATH_SIZE];
};

/* Reads the images of all kernels that are installed there, each once. NULL, and a fault:
 * no memory. The caller calls images_free(), or declares it _cleanup_images_. */
struct images *images_read(const struct loader_system *system, struct fault *reterr);

/* Looks which of them another system on the same /boot has as well. foreign.c */
void images_find_foreign(struct images *images, const struct loader_system *system);

void images_free(struct images *images);
void images_free_at(struct images **images);
#define _cleanup_images_ __attribute__((cleanup(images_free_at)))

/* Reads one that lies there: path, err and fault, initrd. The caller calls
 * initrd_free(). */
void image_read(struct image *image, const struct root *root, const char *path);

#endif
