/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_DEVICE_H
#define EARLYBIND_DEVICE_H

#include "boot.h"

/* No driver has this name, so that nobody can take a device with this override. */
#define RESERVED "earlybind"

/* The driver that function i has, also while it is still in its probe. Returns 1 and its
 * name, 0 (none), or -errno. */
int device_driver(const struct boot *b, unsigned i, char ret_name[DRIVER_MAX]);

/* Whether the driver has finished its probe of function i: 1 yes, 0 not or not yet,
 * -EBUSY another driver has it, or -errno. */
int device_is_bound(const struct boot *b, unsigned i, const char *driver);

/* Whether this is certainly a kernel before Linux 6.1, with VFIO but without the class
 * vfio-dev. */
bool device_vfio_is_old(const struct boot *b);

/* Whether function i is there, and whether it has a DRM device, which means that programs
 * and the console may draw on it. */
bool device_is_there(const struct boot *b, unsigned i);
bool device_has_screen(const struct boot *b, unsigned i);

/* Names the only driver that may have function i, and reads it back. Returns 0 or -errno;
 * -EBADMSG where another name reads back. */
int device_set_override(const struct boot *b, unsigned i, const char *driver);

/* Whether one driver alone may have function i, or nobody can say, and its name. */
bool device_override(const struct boot *b, unsigned i, char ret_name[DRIVER_MAX]);
bool device_is_free(const struct boot *b, unsigned i);

/* Takes the override away. Returns 0 or -errno. */
int device_clear_override(const struct boot *b, unsigned i);

/* Writes function i into an attribute of a driver: "bind", "unbind". Returns 0 or
 * -errno. */
int device_tell_driver(const struct boot *b, unsigned i, const char *driver,
		       const char *attribute);

/* Takes the identity of function i from those that the driver got by ids=. */
int device_remove_id(const struct boot *b, unsigned i, const char *driver);

/* Offers function i to all drivers. Returns 0 or -errno. */
int device_offer(const struct boot *b, unsigned i);

/* Has udev look at function i as if it were new, and load its driver. */
int device_announce(const struct boot *b, unsigned i);

#endif
