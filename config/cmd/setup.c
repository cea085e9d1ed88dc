/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlybind setup: leads a person from the list to the reboot, and after it to status.
 * Each step is another verb with options that a person could type as well, and says so:
 * what that verb refuses is refused here. How far it has come is read off the system.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/command.h"
#include "base/memory.h"
#include "cmd/choose.h"
#include "cmd/cmd.h"
#include "remake/remake.h"
#include "show/list_text.h"
#include "status/status.h"
#include "survey.h"

/* What is to be done next. */
enum stage {
	STAGE_CORRECT,	/* the config is wrong */
	STAGE_CHOOSE,	/* nothing is given away */
	STAGE_SYNC,	/* images or boot loader do not agree with the config */
	STAGE_REBOOT,	/* they do; the boot had another */
	STAGE_STATUS,	/* the boot had the config */
};

struct setup {
	const struct request *request;
	enum stage stage;
	bool can_make;			/* dracut is there */
	struct fault cannot_make;	/* else why not */
	bool has_iommu;
	bool has_planned;		/* the plan of what was written was shown */
	unsigned n_steps;		/* begun */
};

/* Whether sync has something to do; with `is_any`, also what it leaves to people. */
static bool has_difference(const struct findings *findings, bool is_any)
{
	unsigned i;

	for (i = 0; i < findings->n; i++) {
		const struct finding *finding = &findings->finding[i];

		if ((finding->topic == TOPIC_IMAGE || finding->topic == TOPIC_LOADER) &&
		    !status_is_as_planned(finding) &&
		    (is_any || (!finding->is_left && finding->state == STATE_DIFFERS)))
			return true;
	}
	return false;
}

static enum stage stage_of(const struct survey *s)
{
	bool has_booted = status_has_booted(s->in) == 1;

	if (s->is_wrong)
		return STAGE_CORRECT;
	if (!rules_have_bind(&s->in->rules))
		return STAGE_CHOOSE;
	if (has_difference(&s->findings, !has_booted))
		return STAGE_SYNC;
	return has_booted ? STAGE_STATUS : STAGE_REBOOT;
}

static int look(struct setup *setup, struct fault *reterr)
{
	_cleanup_free_ struct inputs *in = memory_new(sizeof(*in), reterr);
	_cleanup_free_ struct survey *s = survey_new(in, setup->request, reterr);
	struct fault wrong;
	int r;

	if (!in || !s)
		return -ENOMEM;
	in->root.fd = -1;
	r = inputs_open(in, setup->request, reterr);
	if (r == 0)
		r = cmd_judge_status(s, &wrong, reterr);
	if (r == 0) {
		setup->stage = stage_of(s);
		setup->can_make = remake_can(&in->root, &setup->cannot_make);
		setup->has_iommu = machine_has_iommu(&in->machine);
	}
	close_fd(&in->root.fd);
	return r;
}

static const struct verb *find_verb(const struct verb *verbs, const char *name)
{
	while (verbs->name && strcmp(verbs->name, name) != 0)
		verbs++;
	return verbs;
}

/* "Step 2: what to give away. This is earlybind generate --write --ask 02:00.0" */
static void say_step(struct setup *setup, const char *what, const struct request *step)
{
	const char *argv[OPERANDS_MAX + 10] = { "earlybind", step->verb->name };
	unsigned n = 2, at = 0, i;
	const struct option_row *row;
	struct page page = page_of(stdout, 0);
	char words[LINE_SIZE];
	struct text t = TEXT_IN(words);

	while ((row = request_next_option(step->verb, &at)))
		if (step->given & row->bit) {
			argv[n++] = row->name;
			if (row->bit == OPTION_ROOT)
				argv[n++] = step->root;
		}
	for (i = 0; i < step->n_operands; i++)
		argv[n++] = step->operands[i];
	argv[n] = NULL;
	text_add(&t, "Step ");
	text_decimal(&t, ++setup->n_steps);
	text_add(&t, ": ");
	text_add(&t, what);
	text_add(&t, " This is ");
	command_text(argv, &t);
	putchar('\n');
	page_words(&page, COLOR_BOLD, 0, text_is(&t));
	fflush(stdout);
}

/* Runs the verb as if it had been typed with these options. */
static int step(struct setup *setup, const char *what, const char *verb, uint64_t given)
{
	const struct request *request = setup->request;
	struct request next = { .verbs = request->verbs, .root = request->root };
	int status;

	next.verb = find_verb(request->verbs, verb);
	next.given = given | (request->given & OPTION_ROOT);
	if (next.verb->run == cmd_generate) {
		next.n_operands = request->n_operands;
		memcpy(next.operands, request->operands, sizeof(next.operands));
		next.operand = request->operand;
	}
	say_step(setup, what, &next);
	status = cmd_run(&next);
	fflush(stdout);
	return status;
}

static bool may(const struct setup *setup, const char *question)
{
	return setup->request->given & OPTION_YES || choose_yes(question);
}

/* Lists, lets choose, and writes the config. */
static int choose(struct setup *setup)
{
	uint64_t given = setup->request->given;
	bool is_named = setup->request->n_operands > 0;
	int status = STATUS_DONE;

	if (!is_named)
		status = step(setup, "what is there.", "list", 0);
	if (status == STATUS_DONE)
		status = step(setup, "what to give away.", "generate", OPTION_WRITE |
			      (given & OPTION_FORCE) |
			      (given & OPTION_YES ? 0 : OPTION_ASK));
	setup->has_planned = !(given & OPTION_YES);
	if (status == STATUS_DONE)
		return STATUS_DONE;
	cmd_say("setup ends here, and the config is as it was");
	/* who leaves at the question used it rightly */
	return status == STATUS_USAGE && !is_named ? STATUS_FINDING : status;
}

static int leave_sync(void)
{
	cmd_say("nothing of it counts before the next boot with it: earlybind sync, then "
		"reboot; earlybind setup goes on from here");
	return STATUS_FINDING;
}

static int say_reboot(const struct setup *setup)
{
	if (!setup->has_iommu)
		cmd_say("the IOMMU is off; it is on after the reboot if it is turned on "
			"in the firmware (VT-d, AMD-Vi, SMMU)");
	cmd_say("reboot now; after that, earlybind setup goes on with earlybind status");
	return STATUS_DONE;
}

/* Shows what the next boot does, and brings images and boot loader in step with it. */
static int make(struct setup *setup)
{
	uint64_t given = setup->request->given;
	int status = step(setup, "is the config right?", "check", 0);

	/* what is found is said, and sync may be what cures it */
	if (status == STATUS_FINDING)
		status = STATUS_DONE;
	if (status == STATUS_DONE && !setup->has_planned)
		status = step(setup, "what does the next boot do?", "plan", 0);
	if (status != STATUS_DONE)
		return status;
	if (given & OPTION_NO_SYNC) {
		leave_sync();
		return STATUS_DONE;
	}
	if (!may(setup, "Make the images anew and tell the boot loader? It takes "
		 "minutes."))
		return leave_sync();
	status = step(setup, "images and boot loader.", "sync", given & OPTION_VERBOSE);
	if (status == STATUS_DONE)
		return say_reboot(setup);
	cmd_say("not all of that could be done, see above: mend it, or reboot if this "
		"boot can do without; then earlybind setup goes on from here");
	return status;
}

static int look_back(struct setup *setup)
{
	int status = step(setup, "did it work?", "status", 0);

	if (status != STATUS_DONE)
		cmd_say("not all is as planned: each line above says what to do");
	else
		cmd_say("all is done; next: earlybind export libvirt, for a guest; for "
			"another device: earlybind setup DEVICE");
	return status;
}

static int go_on(struct setup *setup)
{
	switch (setup->stage) {
	case STAGE_CORRECT:
		return step(setup, "is the config right?", "check", 0);
	case STAGE_SYNC:
		return make(setup);
	case STAGE_REBOOT:
		step(setup, "how far is it?", "status", 0);
		return say_reboot(setup);
	case STAGE_STATUS:
		return look_back(setup);
	case STAGE_CHOOSE:
	default:	/* the config is gone again */
		return STATUS_FINDING;
	}
}

/* What would be refused in the end is refused before anything is asked. */
static int refuse(const struct setup *setup)
{
	const struct request *request = setup->request;
	bool asks_which = setup->stage == STAGE_CHOOSE && request->n_operands == 0;
	bool makes = setup->stage <= STAGE_SYNC && !(request->given & OPTION_NO_SYNC);

	if (makes && !setup->can_make)
		return cmd_fail(STATUS_FINDING, &setup->cannot_make);
	if (choose_is_asked() || setup->stage > STAGE_SYNC)
		return STATUS_DONE;
	if (request->given & OPTION_YES && !asks_which)
		return STATUS_DONE;
	cmd_say("setup asks, and here is no terminal: name what it shall take, and say "
		"yes beforehand, as in earlybind setup --yes DEVICE, see earlybind setup "
		"--help");
	return STATUS_USAGE;
}

int cmd_setup(const struct request *request, struct inputs *in)
{
	struct setup setup = { .request = request };
	struct fault fault;
	int status = STATUS_DONE;

	(void)in;	/* each step reads anew: the one before has changed it */
	if (strcmp(request->root, "/") == 0 && geteuid() != 0) {
		cmd_say("setup writes the config and makes images: run as root, as with "
			"sudo earlybind setup; earlybind list needs no root");
		return STATUS_SYSTEM;
	}
	if (look(&setup, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	if (setup.stage > STAGE_CORRECT && request->n_operands > 0)
		setup.stage = STAGE_CHOOSE;
	if (setup.stage > STAGE_CORRECT)
		status = refuse(&setup);
	if (status == STATUS_DONE && setup.stage == STAGE_CHOOSE) {
		status = choose(&setup);
		if (status == STATUS_DONE && look(&setup, &fault) < 0)
			return cmd_fail(STATUS_SYSTEM, &fault);
	}
	return status == STATUS_DONE ? go_on(&setup) : status;
}
