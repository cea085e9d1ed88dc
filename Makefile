# SPDX-License-Identifier: GPL-2.0-or-later
# One file, three builds of the same sources: build/boot (musl, static: what runs in the
# initramfs), build/host (the tool), build/test (both again, with sanitizers).
# docs/testing.md tells what each target of the tests needs.

VERSION = 0.1.0

PREFIX = /usr
# In an ordinary user's PATH: list, plan, check, status and record want no root.
BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man
UNITDIR = /usr/lib/systemd/system
UDEVDIR = /usr/lib/udev/rules.d
# Where grub-mkconfig looks, with any prefix.
GRUBDIR = /etc/grub.d
BASHDIR = $(PREFIX)/share/bash-completion/completions
ZSHDIR = $(PREFIX)/share/zsh/site-functions
FISHDIR = $(PREFIX)/share/fish/vendor_completions.d
# The same path on the host and in every image.
LIBDIR = /usr/lib/earlybind
DRACUTDIR = $(shell pkg-config --variable=dracutmodulesdir dracut 2>/dev/null || \
	echo /usr/lib/dracut/modules.d)

CC = cc
# A package's come by the environment, with the distribution's hardening.
CFLAGS ?= -O2 -g
LDFLAGS ?=
# The binder has its own: a distribution's hardening flags are for dynamic programs.
BOOT_CC = musl-gcc
# -Oz is -Os with smaller code yet, known to GCC 12 and clang. The others make GCC's code
# smaller by another 1,500 bytes: what they switch off is for speed. With -flto GCC sees
# the whole program; in one part, by one process, so that equal sources are equal bytes.
if_known = $(shell $(BOOT_CC) -Werror $(1) -fsyntax-only -x c /dev/null 2>/dev/null && \
	echo $(1))
BOOT_CFLAGS := $(or $(call if_known,-Oz),-Os) -fno-jump-tables \
	$(foreach option,-fno-caller-saves -fno-move-loop-invariants -fno-tree-loop-im \
		-fno-tree-forwprop -fno-expensive-optimizations -fno-if-conversion \
		-fno-forward-propagate -fno-shrink-wrap, \
		$(call if_known,$(option))) \
	$(call if_known,-flto=1 -flto-partition=one -fno-ipa-sra \
		-fno-inline-small-functions -fno-tree-tail-merge -fno-tree-loop-optimize)
BOOT_LDFLAGS =
# What gcc lacks: libFuzzer, MemorySanitizer.
CLANG = clang
SECONDS = 60

WARNINGS = -Wall -Wextra -Wshadow -Wvla -Wundef -Wformat=2 -Wswitch-enum \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wpointer-arith \
	-Wcast-qual -Wwrite-strings -fno-common
WERROR =
BASE = -std=gnu11 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -Ibinder -MMD -MP \
	$(WARNINGS) $(WERROR)
# What nobody has set is 0xfe in a test, so that no result hangs on what lay on the stack.
PATTERN := $(shell $(CC) -ftrivial-auto-var-init=pattern -fsyntax-only -x c /dev/null \
	2>/dev/null && echo -ftrivial-auto-var-init=pattern)
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer $(PATTERN)
# A read of what nobody has set ends the program. Libraries would have to be built with it
# as well, so that the host tool cannot be.
SANITIZE_MEMORY = -fsanitize=memory -fsanitize-memory-track-origins \
	-fno-sanitize-recover=all -fno-omit-frame-pointer

# musl has no linux/*.h: take the distribution's, after musl's own.
# Whose name gcc knows and not every clang: musl-gcc is one of gcc's.
MULTIARCH = $(or $(shell $(BOOT_CC) -print-multiarch 2>/dev/null),$(shell \
	$(CC) -print-multiarch 2>/dev/null))
KERNEL_HEADERS = -idirafter /usr/include \
	$(if $(MULTIARCH),-idirafter /usr/include/$(MULTIARCH))
BOOT_BASE = -fno-pie -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections \
	$(KERNEL_HEADERS)
BOOT_LINK = -static -no-pie -Wl,--gc-sections -Wl,-z,noexecstack -Wl,-z,norelro \
	-Wl,--build-id=none -Wl,--sort-section=alignment

# hwloc is loaded when it is asked for, and so is not among the libraries.
HOST_CFLAGS = -Iconfig $(shell pkg-config --cflags libkmod libpci mount blkid hwloc)
HOST_LIBS = $(shell pkg-config --libs libkmod libpci mount blkid) -ldl

CORE = $(wildcard binder/core/*.c)
BINDER = $(wildcard binder/*.c)
CONFIG = $(wildcard config/*.c config/*/*.c)
UNIT = $(wildcard tests/unit/test_*.c)
FUZZ = $(wildcard tests/fuzz/fuzz_*.c)
MAN5 = $(wildcard docs/man/*.5)
MAN8 = $(wildcard docs/man/*.8)

objects = $(patsubst %.c,build/$(1)/%.o,$(2))
TEST_UNIT = $(UNIT:tests/unit/%.c=build/test/unit/%)
TEST_FUZZ = $(FUZZ:tests/fuzz/%.c=build/test/fuzz/%)
TEST_PROGRAMS = build/test/earlybind build/test/earlybind-binder \
	$(if $(wildcard tests/apply/fakekernel.c),build/test/earlybind-binder-fake) \
	$(TEST_UNIT) $(TEST_FUZZ) build/test/hosts/show

# Those without a line of the host tool.
MSAN_UNIT = $(patsubst tests/unit/%.c,build/msan/unit/%, \
	$(shell grep -L '/config/' $(filter-out %/test_cost.c,$(UNIT))))
MSAN_FUZZ = $(FUZZ:tests/fuzz/%.c=build/msan/fuzz/%)
MSAN_PROGRAMS = build/msan/earlybind-binder build/msan/earlybind-binder-fake \
	$(MSAN_UNIT) $(MSAN_FUZZ)

COMPLETIONS = build/completion/bash build/completion/zsh build/completion/fish

all: build/earlybind build/earlybind-binder $(COMPLETIONS)

build/earlybind-binder: $(call objects,boot,$(BINDER) $(CORE))
	$(BOOT_CC) $(BOOT_CFLAGS) $(BOOT_LINK) $(BOOT_LDFLAGS) -o $@ $^

build/earlybind: $(call objects,host,$(CONFIG) $(CORE))
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(HOST_LIBS)

# From the table of verbs: by the program itself, or when cross-building another one.
EARLYBIND = build/earlybind
$(COMPLETIONS): build/completion/%: build/earlybind
	@mkdir -p $(@D)
	$(EARLYBIND) completion $* >$@

# Everything but the mains. A program that brings another poke_*() gets that one.
build/test/parts.a: $(call objects,test,$(CORE) \
		$(filter-out %/main.c,$(BINDER) $(CONFIG)))
	rm -f $@
	$(AR) rcs $@ $^

build/test/earlybind: build/test/config/main.o build/test/tests/lib/leaks.o \
	build/test/parts.a
build/test/earlybind-binder: build/test/binder/main.o build/test/parts.a
build/test/earlybind-binder-fake: build/test/binder/main.o \
	build/test/tests/apply/fakekernel.o build/test/parts.a
$(filter-out %/test_cost,$(TEST_UNIT)): build/test/unit/%: build/test/tests/unit/%.o \
		build/test/parts.a
# What counts its own steps.
build/test/unit/test_cost: build/test/tests/unit/test_cost.o \
		$(call objects,count,$(CORE))
$(TEST_FUZZ): build/test/fuzz/%: build/test/tests/fuzz/%.o \
	build/test/tests/fuzz/replay.o build/test/parts.a
build/test/hosts/show: build/test/tests/tool/hosts/show.o build/test/parts.a
$(TEST_PROGRAMS):
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -Wl,--as-needed -o $@ $^ $(HOST_LIBS)

# The same of the binder's sources alone.
build/msan/parts.a: $(call objects,msan,$(CORE) $(filter-out %/main.c,$(BINDER)) \
		tests/lib/msan.c)
	rm -f $@
	$(AR) rcs $@ $^

build/msan/earlybind-binder: build/msan/binder/main.o build/msan/parts.a
build/msan/earlybind-binder-fake: build/msan/binder/main.o \
	build/msan/tests/apply/fakekernel.o build/msan/parts.a
$(MSAN_UNIT): build/msan/unit/%: build/msan/tests/unit/%.o build/msan/parts.a
$(MSAN_FUZZ): build/msan/fuzz/%: build/msan/tests/fuzz/%.o \
	build/msan/tests/fuzz/replay.o build/msan/parts.a
$(MSAN_PROGRAMS):
	@mkdir -p $(@D)
	$(CLANG) $(CFLAGS) $(SANITIZE_MEMORY) $(LDFLAGS) -Wl,--wrap=syscall -o $@ $^

build/boot/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(BOOT_CC) $(BASE) $(BOOT_BASE) $(BOOT_CFLAGS) -c -o $@ $<

build/host/config/%.o build/test/config/%.o: BASE += $(HOST_CFLAGS)
# Tests build paths in arrays of their own choice.
build/test/tests/%.o: BASE += -Iconfig -Wno-format-truncation
build/msan/tests/%.o: BASE += -Wno-unknown-warning-option -Wno-format-truncation
build/host/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(BASE) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

build/test/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(BASE) $(CPPFLAGS) $(CFLAGS) $(SANITIZE) -c -o $@ $<

build/count/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(BASE) $(CPPFLAGS) -O1 -fsanitize-coverage=trace-pc -c -o $@ $<

build/msan/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CLANG) $(BASE) $(CPPFLAGS) $(CFLAGS) $(SANITIZE_MEMORY) -c -o $@ $<

build/fuzz/%: tests/fuzz/%.c $(CORE) $(wildcard binder/core/*.h) Makefile
	@mkdir -p $(@D)
	$(CLANG) $(filter-out -M%,$(BASE)) -O1 -g -fsanitize=fuzzer $(SANITIZE) \
		-o $@ $< $(CORE)

# What debhelper, dpkg-buildpackage, rpmbuild and makepkg leave in the environment: the
# build of a package installs and boots nothing, whoever calls "make check" there.
IN_PACKAGE = $(DH_INTERNAL_BUILDFLAGS)$(DEB_BUILD_ARCH)$(RPM_BUILD_ROOT)$(filter \
	pacman-scripts,$(TEXTDOMAIN))
ifneq ($(IN_PACKAGE),)
check: check-unit
else
# The build comes after the setup, so this one calls make again.
check:
	tests/setup check
	$(MAKE) WERROR=-Werror all check-unit lint
	tests/vm/run boot --smoke
endif

# No root, no network, no QEMU; without musl the checks of the boot binary are skipped.
check-unit: has-python $(TEST_PROGRAMS) build/earlybind \
		$(if $(shell command -v $(firstword $(BOOT_CC))),build/earlybind-binder)
	tests/run $(TEST)

has-python:
	@command -v python3 >/dev/null || \
		{ echo "check-unit: python3 is missing: tests/setup unit" >&2; exit 1; }

# The binder reads nothing that nobody has set: all cases, all pokes, the unit tests and
# the fuzz corpus.
check-msan:
	tests/setup msan
	$(MAKE) msan-programs
	BUILD=build/msan EARLYBIND= BINDER=$(CURDIR)/build/msan/earlybind-binder \
		BINDER_FAKE=$(CURDIR)/build/msan/earlybind-binder-fake \
		tests/run msan/ cases.sh pokes.sh

msan-programs: $(MSAN_PROGRAMS)

check-boot: all
	tests/vm/run boot
	tests/vm/run system --smoke
	tests/vm/run loaders --smoke

# Each kernel, firmware and class of the boot display: slow.
check-display: all
	tests/vm/run boot --matrix -k display-

# Whole systems, several boots each: slow.
check-systems: all
	tests/vm/run system

# Boots of what a seed has drawn: make soak N=200 SEED=7
N = 20
SEED =
soak: all
	tests/vm/run soak -n $(N) --seed '$(SEED)'

# The samples of check-unit whole, and each leak of the host tool.
check-long: has-python $(TEST_PROGRAMS) build/earlybind
	LONG=yes tests/run tests/tool/

# Every fault at every system call of sync; check-unit has some.
check-faults: all build/test/earlybind
	FAULTS=all tests/run sync_faults

# A lost line is noticed by the test that is named for it.
check-mutations: $(TEST_PROGRAMS) build/earlybind
	tests/mutations/run

# Real boot loaders and their menus.
check-loaders: all
	tests/vm/run loaders

# Packages, and what they leave in whole Debian systems: slow.
check-packages:
	tests/setup packages
	TIMEOUT=3600 tests/run tests/packages/

demo:
	tests/setup demo
	$(MAKE) all
	tests/vm/boot/demo

# From boot to a guest that has the card: slow.
demo-guest:
	tests/setup demo
	$(MAKE) all
	tests/vm/system/demo-guest

# The picture of README.md, with the names of this system's pci.ids.
picture: build/earlybind
	tests/lib/picture >build/tree.svg
	mv build/tree.svg docs/tree.svg

bench: build/earlybind-binder
	tests/static/bench.sh

lint:
	CC='$(CC)' LINT_CFLAGS='$(filter-out -M% -DVERSION%,$(BASE)) $(HOST_CFLAGS)' \
		tests/run lint

# For tests that compile by themselves.
print-flags:
	@echo '$(filter-out -M% -DVERSION%,$(BASE)) $(HOST_CFLAGS)'

fuzz: $(FUZZ:tests/fuzz/%.c=build/fuzz/%)
	@set -e; for f in $^; do \
		corpus=corpus/$${f##*/fuzz_}; mkdir -p build/fuzz/$$corpus; \
		$$f -max_total_time=$(SECONDS) -timeout=10 -artifact_prefix=build/fuzz/ \
			build/fuzz/$$corpus tests/fuzz/$$corpus; \
	done

# What is installed where, as MODE:FILE:PATH; docs/packaging/README.md says what for.
dracut_files = $(foreach file,$(wildcard dracut-module/50earlybind/$(2)),\
	$(1):$(file):$(DRACUTDIR)/50earlybind/$(notdir $(file)))
man_files = $(foreach file,$(2),644:$(file):$(MANDIR)/$(1)/$(notdir $(file)))
INSTALLED = 755:build/earlybind:$(BINDIR)/earlybind \
	755:build/earlybind-binder:$(LIBDIR)/earlybind-binder \
	755:config/vfio-is-ours:$(LIBDIR)/vfio-is-ours \
	644:config/70-earlybind-vfio.rules:$(UDEVDIR)/70-earlybind-vfio.rules \
	$(call dracut_files,755,*.sh) $(call dracut_files,644,*.service) \
	$(call dracut_files,644,README) \
	$(foreach file,$(wildcard grub.d/*_earlybind),\
		755:$(file):$(GRUBDIR)/$(notdir $(file))) \
	644:config/earlybind-status.service:$(UNITDIR)/earlybind-status.service \
	$(call man_files,man5,$(MAN5)) $(call man_files,man8,$(MAN8)) \
	644:build/completion/bash:$(BASHDIR)/earlybind \
	644:build/completion/zsh:$(ZSHDIR)/_earlybind \
	644:build/completion/fish:$(FISHDIR)/earlybind.fish

# In 0.1 the program was in sbin, where the shell of root looks first. That may also be a
# link to bin.
install: all
	rm -f $(DESTDIR)$(PREFIX)/sbin/earlybind
	@set -e; for file in $(INSTALLED); do \
		from=$${file#*:}; to=$(DESTDIR)$${from#*:}; from=$${from%%:*}; \
		echo "install $$to"; \
		install -D -m $${file%%:*} $$from $$to; \
	done
	sed -i 's,@BINDIR@,$(BINDIR),' $(DESTDIR)$(UNITDIR)/earlybind-status.service

# The paths, for packagers.
list-installed:
	@for file in $(INSTALLED); do echo "$${file##*:}"; done

# What "make install" did, and what earlybind did since: docs/packaging/README.md. With
# PURGE=yes the config goes, too; below a DESTDIR only files go.
uninstall:
	@DESTDIR='$(DESTDIR)' BINDIR='$(BINDIR)' PURGE='$(PURGE)' \
		docs/packaging/uninstall $$($(MAKE) -s list-installed)

# Packages, in build/packages: docs/packaging/README.md.
deb rpm arch:
	docs/packaging/build $@

# build/testbed stays: it holds whole root file systems, and takes minutes to make.
clean:
	rm -rf build/boot build/host build/test build/msan build/count build/fuzz \
		build/completion build/packages
	rm -f build/earlybind build/earlybind-binder

-include $(shell find build/boot build/host build/test build/msan build/count \
	-name '*.d' 2>/dev/null)

.PHONY: all check check-unit check-boot check-display check-systems soak check-loaders \
	check-long check-faults check-mutations check-msan msan-programs demo demo-guest \
	bench lint fuzz install uninstall list-installed check-packages has-python \
	picture print-flags \
	deb rpm arch clean
.SECONDARY:
.DELETE_ON_ERROR:
