/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The number of an installed system, machine-id(5).
 */
#include "base/machine_id.h"

#include <ctype.h>
#include <strings.h>

bool machine_id_is(struct span text)
{
	size_t i;

	for (i = 0; i < text.n; i++)
		if (!isxdigit((unsigned char)text.s[i]))
			return false;
	return text.n == MACHINE_ID_LENGTH;
}

bool machine_id_differs(struct span a, struct span b)
{
	return machine_id_is(a) && machine_id_is(b) &&
	       strncasecmp(a.s, b.s, MACHINE_ID_LENGTH) != 0;
}

void machine_id_read(const struct root *root, char id[MACHINE_ID_LENGTH + 1])
{
	char text[64];
	struct text t = text_start(id, MACHINE_ID_LENGTH + 1);
	ssize_t n = sysfs_read_head(root, "/etc/machine-id", text, sizeof(text));
	struct span read = sysfs_trim(text, n);

	if (machine_id_is(read))
		text_span(&t, read);
}
