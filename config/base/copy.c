/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies files of any size.
 */
#include "base/copy.h"

#include <errno.h>
#include <unistd.h>

#include "base/place.h"

int copy_fd(int from, int to, bool *ret_is_source)
{
	static char buffer[1 << 16];

	for (;;) {
		ssize_t n = read(from, buffer, sizeof(buffer));
		int r;

		if (n < 0 && errno == EINTR)
			continue;
		*ret_is_source = true;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		r = place_write_fd(to, (struct span){ buffer, (size_t)n });
		*ret_is_source = false;
		if (r < 0)
			return r;
	}
}
