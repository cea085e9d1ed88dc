#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind sync that is told to stop while a program of the system runs, whose first
# write fails, or that finds another one at work: nothing runs on, no part of a file
# stays, and the words are about what happened.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/layouts.sh
. "$here/layouts/layouts.sh"
# shellcheck source=layouts/inside.sh
. "$here/layouts/inside.sh"
env --default-signal=INT true 2>/dev/null || skip_all "env knows no --default-signal"

image=/boot/initrd.img-6.1
plant() {	# a kernel with an image of before
	layout_debian
	furnish
	add_program sleep
	inside /usr/sbin/grub-mkconfig -o /boot/grub/grub.cfg
	echo "#" | put lib/modules/6.1/modules.dep
	echo "bind id=10de:2206" | image_with >"$tree$image"
	image_with <"$tree/etc/earlybind.conf" | put made/6.1
	contents "$work/before"
}

# In place of a program: one that takes long, in a child of its own, and has begun.
slow() {	# FILE [WORD]: with this word, one that no signal ends
	put "$1" <<END
#!/bin/sh
for last; do :; done
case \$1 in --force) file=\$2 more=tmp ;; *) file=\$last more=new ;; esac
${2:+trap '' TERM INT HUP}
echo half >"\$file"
echo half >"\$file.\$more"
sleep 60 &
echo \$\$ >/pids
echo \$! >>/pids
: >/begun
wait
echo "default/grub.d"
END
	chmod 755 "$tree/$1"
}

running() {	# whether one of them still does
	while read -r pid; do
		state=$(sed -n 's/^State:[^A-Z]*\([A-Z]\).*/\1/p' "/proc/$pid/status" \
			2>/dev/null) || state=
		case $state in '' | Z | X) ;; *) return 0 ;; esac
	done <"$tree/pids"
	return 1
}

stopped() {	# SIGNAL OPTION: sync gets it once the program is at work
	rm -f "$tree/begun"
	# shellcheck disable=SC2086 # a command and its option
	env --default-signal PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		$chroot "$tree" /earlybind sync "$2" >"$work/out" 2>"$work/err" &
	pid=$!
	i=0
	while [ ! -e "$tree/begun" ] && [ $((i += 1)) -lt 100 ]; do
		sleep 0.1
	done
	kill -"$1" $pid
	code=0
	wait $pid || code=$?
}

parts() {
	(cd "$tree" && find boot etc -name '.*' ! -name '*.earlybind-former')
}

judge() {	# SIGNAL NUMBER SENTENCE PROGRAM
	gives $((128 + $2)) err "*: $4 was stopped: *" "$3: ended by $1, and said so"
	holds "$3: nothing runs on" [ -z "$(running && cat "$tree/pids")" ]
	holds "$3: no part of a file stays" [ -z "$(parts)" ]
	rm -f "$tree/begun" "$tree/pids"
	contents "$work/after"
	same "$work/before" "$work/after" "$3: every file is as it was"
}

for signal in "TERM 15" "INT 2" "HUP 1"; do
	plant
	slow usr/bin/dracut
	contents "$work/before"
	stopped "${signal% *}" --images
	judge "${signal% *}" "${signal#* }" "dracut, SIG${signal% *}" dracut
done
plant
slow usr/bin/dracut deaf
contents "$work/before"
stopped TERM --images
judge TERM 15 "a dracut that is deaf" dracut
plant
echo "# default/grub.d" >>"$tree/usr/sbin/grub-mkconfig"
slow usr/sbin/grub-mkconfig
contents "$work/before"
stopped TERM --loader
judge TERM 15 "grub-mkconfig" /usr/sbin/grub-mkconfig
holds "and no note of what was added" [ ! -e "$tree/var/lib/earlybind/sync" ]

# Of nohup: a signal that is ignored does not stop it.
plant
put usr/bin/dracut <<'END'
#!/bin/sh
: >/begun
sleep 1
cat "/made/$3" >"$2"
END
chmod 755 "$tree/usr/bin/dracut"
trap '' HUP
# shellcheck disable=SC2086
env PATH=/usr/sbin:/usr/bin:/sbin:/bin $chroot "$tree" /earlybind sync --images \
	>"$work/out" 2>"$work/err" &
pid=$!
trap - HUP
while [ ! -e "$tree/begun" ]; do sleep 0.1; done
kill -HUP $pid
code=0
wait $pid || code=$?
gives 0 out "$image is made" "a signal that it was told to ignore is ignored"

# What a run that was killed left is removed by the next one, whatever that has to do.
plant
inside /earlybind sync
for part in boot/.initrd.img-6.0.earlybind boot/.initrd.img-6.1.earlybind.tmp \
	boot/grub/.earlybind.cfg.earlybind etc/default/grub.d/.x.earlybind; do
	echo half | put $part
done
echo mine | put boot/.mine
inside /earlybind sync
holds "parts of before are removed, and nothing else" [ "$(parts)" = boot/.mine ]

rm "$tree$image"
echo half | put boot/.initrd.img-6.0.earlybind
inside /earlybind sync
holds "also where no image is left in /boot" [ "$(parts)" = boot/.mine ]

# Two at once: the second one waits for the first.
if command -v flock >/dev/null; then
	plant
	mkdir -p "$tree/var/lib/earlybind"
	flock "$tree/var/lib/earlybind" sleep 2 &
	sleep 0.5
	inside /earlybind sync --loader
	gives 0 out "/boot/grub/grub.cfg is made" "two at once: the second one waits"
	wait
else
	skip "two at once" "there is no flock"
fi

# The first write fails.
first() {	# SENTENCE WORDS COMMAND...: to be done to a file system at /boot/grub
	sentence=$1 wanted=$2
	shift 2
	plant
	rm -rf "$work/grub"
	cp -a "$tree/boot/grub" "$work/grub"
	# shellcheck disable=SC2016 # its own arguments
	run unshare -rm sh -c 'tree=$1 from=$2; shift 2
		mount -t tmpfs -o size=64k none "$tree/boot/grub" &&
		cp "$from/grub.cfg" "$tree/boot/grub" && cd "$tree/boot/grub" &&
		"$@" && cd / && chroot "$tree" /earlybind sync --loader' \
		sh "$tree" "$work/grub" "$@"
	gives 1 err "/boot/grub/earlybind.cfg: the file cannot be written: $wanted" \
		"$sentence: said"
	holds "$sentence: and nothing else is blamed" \
		[ -z "$(cat "$work/out" "$work/err" | grep 'somebody else')" ]
}
if unshare -rm true 2>/dev/null; then
	first "a full disk" "No space left on device" \
		sh -c 'head -c 65536 /dev/zero >full || :'
	first "a disk that cannot be written" "Read-only file system" \
		mount -o remount,ro,size=64k none .
else
	skip "the first write fails" "there are no user namespaces"
fi
finish
