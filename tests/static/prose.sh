#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# No program compares a sentence: what is compared is a word. Texts with blanks that stand
# beside a comparing function are formats of others, and listed here.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
command -v python3 >/dev/null || skip_all "python3 is not installed"

cat >"$work/prose" <<'END'
import glob, re, sys

# Formats that others define.
OTHERS = {
    '### BEGIN', '### END', '### BEGIN ', '### BEGIN ## ###', '### BEGIN /etc/grub.d/',
    '### BEGIN /etc/grub.d/10_linux ###', '### END /etc/grub.d/',
    '### BEGIN /etc/grub.d/30_os-prober ###',
    'address sizes', ' hypervisor', 'CPU implementer',      # /proc/cpuinfo
    ' IR-',                                 # /proc/interrupts
    ' direct',                              # reserved_regions of an IOMMU group
    'N: Name=', 'S: Sysfs=', 'B: KEY=',     # /proc/bus/input/devices
    'Coreboot Framebuffer',                 # /proc/iomem
    'version ', '# image ',                 # image.conf
    '# set headless=yes\\n',                # a setting that generate has left out
    ' boot=', '# ', ' -> ',                 # the report
    ': ', ' ',
}
COMPARE = re.compile(r'\b(span_(?:is|starts|ends|has|equal)|str(?:n?cmp|str|casestr)|'
                     r'memcmp|memmem|sysfs_has|has_word)\(')
STRING = r'"((?:[^"\\]|\\.)*)"'

def arguments(text, at):
    depth, start = 1, at
    while depth:
        if text[at] == '"':
            at = text.index('"', at + 1)
            while text[at - 1] == '\\':
                at = text.index('"', at + 1)
        depth += {'(': 1, ')': -1}.get(text[at], 0)
        at += 1
    return text[start:at - 1]

def names(text):
    """Macros and constant strings."""
    found = dict(re.findall(r'#define (\w+) ' + STRING + r'$', text, re.M))
    found.update(re.findall(r'static const char (\w+)\[\] = ' + STRING, text))
    return found

bad = 0
top = sys.argv[1]
shared = {}
files = sorted(glob.glob(top + '/binder/**/*.[ch]', recursive=True) +
               glob.glob(top + '/config/**/*.[ch]', recursive=True))
for path in files:
    if path.endswith('.h'):
        shared.update(names(open(path).read()))
for path in files:
    text = re.sub(r'/\*.*?\*/', '', open(path).read(), flags=re.S)
    known = dict(shared, **names(text))
    for m in COMPARE.finditer(text):
        said = arguments(text, m.end())
        for name in re.findall(r'\b[A-Za-z_]\w*\b', re.sub(STRING, '', said)):
            if name in known:
                said += ' "%s"' % known[name]
        for literal in re.findall(STRING, re.sub(r'" (\w+) "', '##', said)):
            if ' ' in literal.rstrip('\\n') and literal not in OTHERS:
                print('%s: %s compares "%s"' % (path[len(top) + 1:], m.group(1), literal))
                bad += 1
sys.exit(bad > 0)
END
holds "no sentence is compared" python3 "$work/prose" "$top"

mkdir "$work/top"
cp -r "$top/binder" "$top/config" "$work/top"
cat >>"$work/top/config/facts/reported.c" <<'END'
static bool f(struct span s) { return span_starts(s, "no bind rule"); }
END
run python3 "$work/prose" "$work/top"
gives 1 out 'config/facts/reported.c: span_starts compares "no bind rule"' \
	"one that is compared is found"
cp "$top/config/facts/reported.c" "$work/top/config/facts"
cat >>"$work/top/binder/boot.c" <<'END'
static const char said[] = "the root did not appear";
static bool f(const char *s) { return strcmp(s, said) == 0; }
END
run python3 "$work/prose" "$work/top"
gives 1 out 'binder/boot.c: strcmp compares "the root did not appear"' \
	"a constant as well"
finish
