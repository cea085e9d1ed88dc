/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why: the name of each reason, which is stable, and its sentence, for people. What is
 * made of the rows is for who includes this: REASON(enum's name, name, sentence).
 * earlybind-plan(5) describes each of them.
 *
 * In a sentence: %o is the address of the other function, %m " and N more" of those, %g
 * the IOMMU group, %p the place of the rule, %x "id is 8086:10d3 and not 10de:2206", the
 * first word of the rule that does not hold at its place, %i what turns the IOMMU on, %f
 * ", or add moved=follow" where the rule has not got it, %n why the host needs it;
 * and %: is a colon, behind which stands what to do.
 */

/* bind */
REASON(MATCHES, "matches", "matches")
REASON(SAME_CARD, "same-card", "same card as %o")
REASON(SAME_GROUP, "same-group", "same IOMMU group as %o")
REASON(FOLLOWED, "followed", "moved here from %p")
REASON(EVEN_IF_NEEDED, "even-if-needed", "%n, and is taken all the same: even-if=needed")

/* release */
REASON(FRAMEBUFFER, "framebuffer", "firmware framebuffer")
REASON(TEXT_SCREEN, "text-screen", "firmware text screen")

/* warn */
REASON(GROUP_SHARED, "group-shared",
       "group %g also holds %o%m, which stays with the host: a virtual machine "
       "cannot use the group while a host driver has it")
REASON(DIRECT_REGION, "direct-region",
       "group %g has a reserved memory region of type direct: a virtual machine "
       "will probably be refused this device")
REASON(NO_RESET, "no-reset",
       "has no reset method: it may not start a second time without a reboot")

/* keep */
REASON(KEPT, "kept", "kept by rule")
REASON(KEPT_ELSEWHERE, "kept-elsewhere",
       "kept by rule: the device of the rule is no longer at %p, and this may be it")

/* refuse */
REASON(NEEDED_ROOT, "needed-root", "holds the root file system")
REASON(NEEDED_BOOT, "needed-boot", "holds /boot or the EFI system partition")
REASON(NEEDED_SWAP, "needed-swap", "holds swap space")
REASON(NEEDED_RESUME, "needed-resume", "holds the image to resume from")
REASON(NEEDED_MOUNT, "needed-mount", "holds a file system that the host mounts")
REASON(NEEDED_NET, "needed-net", "is the network that the root file system needs")
REASON(NEEDED_USE, "needed-use", "is in use by the host")
REASON(TWIN, "twin", "is the twin of a device that a rule with moved=follow names")
REASON(NEEDED_ELSEWHERE, "needed-elsewhere",
       "may be the device that %n, because that is not at its place")
REASON(STORAGE, "storage",
       "is storage that this image does not list as free%: name it by path= together "
       "with id=, or by dsn=")
REASON(STORAGE_TWIN, "storage-twin",
       "is of the same model as storage that the host needs, and no serial number "
       "tells them apart")
REASON(STORAGE_FOREIGN, "storage-foreign",
       "is storage, and this image was made for another machine or another root=%: "
       "name it by dsn=, or run earlybind sync here")
REASON(HOST_UNKNOWN, "host-unknown",
       "may lead to the root, and this image does not know the host%: name it by "
       "path= or id=, or run earlybind sync")
REASON(OTHER_DEVICE, "other-device",
       "is at the place that the rule names, but its %x%: correct the rule")
REASON(OTHER_DEVICE_AT, "other-device-at",
       "is at the place that the rule names, but its %x; such a device is now at "
       "%o%m%: correct the place%f")
REASON(TWO_CANDIDATES, "two-candidates",
       "could be what moved away from %p, but so could %o%m%: name the new place")
REASON(BRIDGE, "bridge", "is a bridge: bridges stay with the host")
REASON(STUCK, "stuck", "does not answer: the kernel hung when it was looked at")
REASON(NO_GROUP, "no-group", "is in no IOMMU group%: %i")
REASON(UNREADABLE_GROUP, "unreadable-group", "its IOMMU group cannot be read")
REASON(HAS_VFS, "has-vfs",
       "has virtual functions now, and VFIO takes no such device%: bind those, or "
       "set its sriov_numvfs to 0")
REASON(UNREADABLE_DSN, "unreadable-dsn",
       "its Device Serial Number cannot be read%: run as root, or drop dsn=")
REASON(LAST_DISPLAY, "last-display",
       "is the last display of this machine%: add \"set headless=yes\" to take it")
REASON(HALF_CARD, "half-card",
       "goes with %o, which stays with the host: half a card is no card")

/* miss */
REASON(ABSENT, "absent", "no device matches")
REASON(NOT_THERE, "not-there", "no device matches: there is none at %p")
REASON(MOVED_AWAY, "moved-away",
       "no device at %p, but %o%m is such a device%: correct the place%f")
REASON(PLACE_TAKEN, "place-taken", "%o is at %p, but its %x%: correct the rule")
REASON(SERIAL_UNKNOWN, "serial-unknown",
       "could be %o%m, whose Device Serial Number cannot be read%: run as root")
REASON(DISPLAY_UNKNOWN, "display-unknown",
       "could be %o%m, but which display the firmware's screen is on is not known%: "
       "use path= or address=")
