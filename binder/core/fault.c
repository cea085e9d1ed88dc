/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What went wrong and where, as a value that travels upwards; and errno names, which
 * every message ends in. Printing is left to the programs.
 */
#include "fault.h"

#include <errno.h>
#include <stdarg.h>

int fault_set(struct fault *f, int err, ...)
{
	struct text t;
	const char *word;
	va_list words;

	text_init(&t, f->words, sizeof(f->words));
	va_start(words, err);
	while ((word = va_arg(words, const char *)))
		text_add(&t, word);
	va_end(words);
	f->err = err;
	return -err;
}

int fault_quote(struct fault *f, int err, const char *before, struct span what,
		const char *after)
{
	enum { SHOWN = 64 };	/* of a foreign text: enough to find it */
	struct text t;

	text_init(&t, f->words, sizeof(f->words));
	text_add(&t, before);
	text_char(&t, '"');
	text_quote(&t, (struct span){ what.s, what.n > SHOWN ? SHOWN : what.n });
	text_add(&t, what.n > SHOWN ? "...\"" : "\"");
	text_add(&t, after);
	f->err = err;
	return -err;
}

void fault_text(const struct fault *f, struct text *t)
{
	if (f->name) {
		text_add(t, f->name);
		text_char(t, ':');
	}
	if (f->line > 0) {
		text_decimal(t, f->line);
		text_char(t, ':');
	}
	if (f->line > 0 && f->col > 0) {
		text_decimal(t, f->col);
		text_char(t, ':');
	}
	if (t->n > 0)
		text_char(t, ' ');
	text_add(t, f->words);
}

#define NAME(e) case e: return #e

const char *errno_name(int err, char buffer[12])
{
	struct text t = { buffer, 12, 0, false };

	switch (err) {
	NAME(E2BIG); NAME(EACCES); NAME(EAGAIN); NAME(EBADMSG); NAME(EBUSY);
	NAME(EEXIST); NAME(EFBIG); NAME(EINTR); NAME(EINVAL); NAME(EIO);
	NAME(EISDIR); NAME(EKEYREJECTED); NAME(ELOOP); NAME(EMFILE);
	NAME(ENAMETOOLONG); NAME(ENODEV); NAME(ENOENT); NAME(ENOEXEC);
	NAME(ENOKEY); NAME(ENOMEM); NAME(ENOSPC); NAME(ENOSYS); NAME(ENOTDIR);
	NAME(ENXIO); NAME(EPERM); NAME(EROFS); NAME(ETIMEDOUT); NAME(EXDEV);
	}
	text_decimal(&t, (uint64_t)err);
	return buffer;
}
