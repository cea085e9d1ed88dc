/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_EXIT_CODE_H
#define EARLYBIND_EXIT_CODE_H

/* What both programs end with; earlybind(8), earlybind-binder(8). */
enum exit_code {
	STATUS_DONE = 0,
	STATUS_FINDING = 1,	/* not all is as the config wants it */
	STATUS_CONFIG = 2,	/* the config is wrong */
	STATUS_USAGE = 100,
	STATUS_SYSTEM = 111,
};

#endif
