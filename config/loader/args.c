/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The arguments of a plan of the boot loaders, against the running command line.
 */
#include "loader/sync.h"
#include "words/edit.h"
#include "words/iommu.h"

static void add_words(struct text *t, struct span word)
{
	text_char(t, ' ');
	text_span(t, word);
}

void sync_missing(const struct sync *sync, struct text *t, struct text *wishes)
{
	struct span line = span_of(sync->system->cmdline), rest = span_of(sync->args);
	struct iommu_words iommu = iommu_words_of(line);

	while (rest.n > 0) {
		struct span word = span_cut_word(&rest);

		if (iommu_is_wish(word)) {
			if (!iommu_words_serve(&iommu, word))
				add_words(wishes, word);
		} else if (word.n > 0 && !edit_has_word(line, word)) {
			add_words(t, word);
		}
	}
}

void sync_drop_wishes(struct sync *sync)
{
	static char args[SYNC_WORDS_SIZE];
	struct text t = TEXT_IN(args), kept;
	struct span rest;

	text_add(&t, sync->args);
	kept = TEXT_IN(sync->args);
	for (rest = text_is(&t); rest.n > 0;) {
		struct span word = span_cut_word(&rest);

		if (word.n == 0 || iommu_is_wish(word))
			continue;
		if (kept.n > 0)
			text_char(&kept, ' ');
		text_span(&kept, word);
	}
}
