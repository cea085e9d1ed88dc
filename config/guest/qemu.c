/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole guest as a script of one command, for QEMU without libvirt and without root.
 * What it needs that QEMU would only stumble over it asks for first: the devices' files,
 * and memory that may be locked.
 */
#include "guest/domain.h"

#include <inttypes.h>
#include <string.h>

/* Words of a shell, in its quotes; of QEMU's "key=value,key=value", where a comma in a
 * value is written twice. */
static void quote(FILE *to, const char *s, bool is_value)
{
	for (; *s; s++) {
		if (*s == '\'')
			fputs("'\\''", to);
		else
			fputc(*s, to);
		if (is_value && *s == ',')
			fputc(',', to);
	}
}

static const char *address_of(const struct domain *d, unsigned k, char buffer[24])
{
	struct text t = text_start(buffer, 24);

	pci_addr_text(d->export->m->fn[d->export->device[k].fn].addr, &t);
	return buffer;
}

/* What VFIO locks is the guest's memory; libvirt, too, allows 1 GiB more for the rest
 * that the device can reach: qemuDomainGetMemLockLimitBytes(). */
uint64_t domain_memlock(const struct domain *d)
{
	return (d->guest->memory + 1024) * 1024;
}

static void head(const struct domain *d, FILE *to)
{
	char buffer[24];
	unsigned k;

	fputs("#!/bin/sh\n# Made by earlybind export qemu, for a user who need not be "
	      "root. The guest has\n", to);
	for (k = 0; k < d->export->n; k++)
		fprintf(to, "#   %s\n", address_of(d, k, buffer));
	fputs("set -eu\n", to);
}

/* Each IOMMU group once. */
static bool is_first_of_group(const struct export *e, unsigned k)
{
	unsigned j;

	for (j = 0; j < k; j++)
		if (e->m->fn[e->device[j].fn].group == e->m->fn[e->device[k].fn].group)
			return false;
	return e->m->fn[e->device[k].fn].group >= 0;
}

static void print_files(const struct domain *d, FILE *to)
{
	const struct export *e = d->export;
	char buffer[24];
	unsigned k;

	fputs("files='/dev/kvm", to);
	for (k = 0; k < e->n && !d->guest->has_iommufd; k++)
		if (is_first_of_group(e, k))
			fprintf(to, " /dev/vfio/%" PRId32,
				e->m->fn[e->device[k].fn].group);
	fputs(d->guest->has_iommufd ? " /dev/iommu'\n" : "'\n", to);
	for (k = 0; k < e->n && d->guest->has_iommufd; k++)
		fprintf(to, "files=\"$files /dev/vfio/devices/$(ls \\\n"
			"\t/sys/bus/pci/devices/%s/vfio-dev)\"\n",
			address_of(d, k, buffer));
}

static void print_checks(const struct domain *d, FILE *to)
{
	print_files(d, to);
	fputs("for file in $files; do\n"
	      "\t[ -w \"$file\" ] || {\n"
	      "\t\techo \"$0: $file: $(id -un) may not write to it:\" \\\n"
	      "\t\t\t\"see ACCESS in earlybind-export(8)\" >&2\n"
	      "\t\texit 1\n"
	      "\t}\n"
	      "done\n", to);
	fprintf(to, "# The devices may write to all of the guest's memory, which is "
		"locked therefore.\nlimit=$(ulimit -l)\n"
		"[ \"$limit\" = unlimited ] || [ \"$limit\" -ge %" PRIu64 " ] || {\n",
		domain_memlock(d));
	fprintf(to, "\techo \"$0: $(id -un) may lock $limit KiB, and the guest needs %"
		PRIu64 ":\" \\\n\t\t\"see ACCESS in earlybind-export(8)\" >&2\n"
		"\texit 1\n}\n", domain_memlock(d));
}

/* Each user has a variable store of his own, and a disk: both where the script is run. */
static void print_made(const struct domain *d, FILE *to)
{
	const char *name = d->guest->name;

	fprintf(to, "[ -e %s_VARS.fd ] || cp '", name);
	quote(to, d->guest->vars, false);
	fprintf(to, "' %s_VARS.fd\n", name);
	if (!d->guest->disk)
		fprintf(to, "[ -e %s.qcow2 ] || qemu-img create -q -f qcow2 %s.qcow2 "
			"64G\n", name, name);
}

/* QEMU names its threads, and leaves it to others to pin them. The shell's number is
 * QEMU's once it is replaced. */
static void print_pinning(const struct domain *d, FILE *to)
{
	const struct cpus *cpus = d->cpus;
	unsigned i, k, n = 0;

	fputs("# Each processor of the guest to one of the host, once they are there.\n"
	      "(\n\tn=0\n\tfor cpu in", to);
	for (i = 0; i < cpus->n; i++)
		for (k = 0; k < cpus->threads; k++)
			fprintf(to, "%s%u", n++ % 16 == 15 ? " \\\n\t\t" : " ",
				d->topology->core[cpus->core[i]].cpu[k]);
	fputs("; do\n"
	      "\t\ttries=0\n"
	      "\t\tuntil task=$(grep -lx \"CPU $n/.*\" /proc/$$/task/*/comm); do\n"
	      "\t\t\t[ $((tries += 1)) -lt 100 ] || exit 0\n"
	      "\t\t\tsleep 0.1\n"
	      "\t\tdone\n"
	      "\t\ttask=${task%/comm}\n"
	      "\t\ttaskset -pc \"$cpu\" \"${task##*/}\" >&2\n"
	      "\t\tn=$((n + 1))\n"
	      "\tdone\n"
	      ") >/dev/null 2>&1 &\n", to);
}

static void print_cpu(const struct domain *d, FILE *to)
{
	const struct cpus *cpus = d->cpus;

	fputs("\t-cpu host,host-cache-info=on", to);
	if (d->export->m->cpu == CPU_AMD && cpus->threads > 1)
		fputs(",topoext=on", to);
	if (export_has_display_of(d->export, 0x10de))
		fputs(",kvm=off,hv-relaxed=on,hv-vapic=on,hv-spinlocks=0x1fff,"
		      "hv-vendor-id=earlybind", to);
	fprintf(to, " \\\n\t-smp %u,sockets=1,dies=%u,cores=%u,threads=%u \\\n",
		cpus->n * cpus->threads, cpus->dies, cpus->n / cpus->dies, cpus->threads);
}

static void print_memory(const struct domain *d, FILE *to)
{
	fprintf(to, "\t-m %" PRIu64 "M \\\n\t-object memory-backend-%s,id=memory,size=%"
		PRIu64 "M", d->guest->memory, d->guest->has_hugepages ?
		"memfd,hugetlb=on,hugetlbsize=2M" : "ram", d->guest->memory);
	if (d->cpus->has_nodes)
		fprintf(to, ",host-nodes=%u,policy=bind", d->cpus->node);
	fputs(" \\\n", to);
}

static void print_disk(const struct domain *d, FILE *to)
{
	fputs("\t-object iothread,id=io \\\n\t-drive if=none,id=disk,file='", to);
	if (d->guest->disk)
		quote(to, d->guest->disk, true);
	else
		fprintf(to, "%s.qcow2", d->guest->name);
	fprintf(to, "',format=%s,discard=unmap%s \\\n"
		"\t-device virtio-blk-pci,drive=disk,iothread=io \\\n",
		guest_format(d->guest), guest_has_block(d->guest) ?
		",cache=none,aio=native" : "");
}

static void print_devices(const struct domain *d, FILE *to)
{
	const struct export *e = d->export;
	char buffer[24];
	unsigned k;

	if (d->guest->has_iommufd)
		fputs("\t-object iommufd,id=iommufd \\\n", to);
	for (k = 0; k < e->n_ports; k++)
		fprintf(to, "\t-device pcie-root-port,id=port%u,chassis=%u \\\n", k + 1,
			k + 1);
	for (k = 0; k < e->n; k++) {
		const struct export_device *device = &e->device[k];

		fprintf(to, "\t-device vfio-pci,host=%s,bus=port%u,addr=00.%u%s%s%s\n",
			address_of(d, k, buffer), device->port + 1u, device->function,
			device->is_multi ? ",multifunction=on" : "",
			d->guest->has_iommufd ? ",iommufd=iommufd" : "",
			k + 1 < e->n ? " \\" : "");
	}
}

void domain_print_qemu(const struct domain *d, FILE *to)
{
	const char *name = d->guest->name;
	char host[LINE_SIZE];
	struct text t = TEXT_IN(host);

	cpus_host_text(d->cpus, d->topology, &t);
	head(d, to);
	print_checks(d, to);
	print_made(d, to);
	print_pinning(d, to);
	fprintf(to, "exec taskset -c %s qemu-system-x86_64 \\\n"
		"\t-name %s,debug-threads=on -nodefaults \\\n"
		"\t-machine q35,accel=kvm,memory-backend=memory \\\n", host, name);
	print_cpu(d, to);
	print_memory(d, to);
	fputs("\t-drive if=pflash,unit=0,format=raw,readonly=on,file='", to);
	quote(to, d->guest->firmware, true);
	fprintf(to, "' \\\n\t-drive if=pflash,unit=1,format=raw,file=%s_VARS.fd \\\n",
		name);
	if (d->window)
		fprintf(to, "\t-fw_cfg name=opt/ovmf/X-PciMmio64Mb,string=%" PRIu64
			" \\\n", d->window);
	print_disk(d, to);
	fprintf(to, "\t-netdev user,id=net -device virtio-net-pci,netdev=net \\\n"
		"\t-device qemu-xhci -device usb-tablet \\\n"
		"\t-vga %s -display none -vnc unix:%s.vnc \\\n"
		"\t-serial mon:stdio \\\n",
		export_has_display(d->export) ? "none" : "virtio", name);
	print_devices(d, to);
}
