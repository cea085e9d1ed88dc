/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading below a root: nothing leads out of it, nothing is read beyond its size. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "core/sysfs.h"

static char top[] = "/tmp/earlybind-test-XXXXXX";

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		abort();
	close(fd);
}

/* TOP/secret is outside; TOP/tree is the root. */
static void plant(void)
{
	if (!mkdtemp(top) || chdir(top) < 0)
		abort();
	put("secret", "outside");
	if (mkdir("tree", 0755) < 0 || mkdir("tree/etc", 0755) < 0 ||
	    mkdir("tree/list", 0755) < 0 || mkdir("tree/empty", 0755) < 0)
		abort();
	put("tree/etc/inside", "inside\n \n");
	put("tree/list/a", "");
	put("tree/list/b", "");
	put("tree/eight", "12345678");
	if (symlink("/etc/inside", "tree/absolute") < 0 ||
	    symlink("../../../../../../etc/inside", "tree/upwards") < 0 ||
	    symlink("../secret", "tree/escape") < 0 ||
	    symlink("/../secret", "tree/absolute-escape") < 0 ||
	    symlink("/proc/self/root/etc/passwd", "tree/magic") < 0 ||
	    symlink("loop", "tree/loop") < 0 || symlink("/", "tree/top") < 0 ||
	    symlink("nowhere", "tree/dangling") < 0)
		abort();
}

static void remove_all(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", top);
	if (chdir("/") < 0 || system(command) != 0)
		abort();
}

static void test_links(const struct root *root)
{
	char s[64] = "";

	CHECK(sysfs_read(root, "/absolute", s, sizeof(s)) == 9 && s[0] == 'i',
	      "an absolute link stays below the root");
	CHECK(sysfs_read(root, "/upwards", s, sizeof(s)) == 9,
	      "a link that goes up too far stops at the root");
	CHECK(sysfs_read(root, "/escape", s, sizeof(s)) == -ENOENT,
	      "a link with .. leads to nothing outside");
	CHECK(sysfs_read(root, "/absolute-escape", s, sizeof(s)) == -ENOENT,
	      "nor does an absolute one");
	CHECK(sysfs_read(root, "/../secret", s, sizeof(s)) == -ENOENT,
	      "nor do the dots of a path");
	CHECK(sysfs_read(root, "/top/top/etc/inside", s, sizeof(s)) == 9,
	      "a link to / is the root");
	CHECK(sysfs_read(root, "/magic", s, sizeof(s)) < 0,
	      "a link into /proc leads nowhere");
	CHECK(sysfs_read(root, "/loop", s, sizeof(s)) == -ELOOP, "a loop is an error");
	CHECK(sysfs_exists(root, "/escape") == 0, "what is outside does not exist");
	CHECK(sysfs_exists(root, "/absolute") == 1, "what is inside does");
	CHECK(sysfs_exists(root, "/eight/x") == 0, "below a file there is nothing");
	CHECK(sysfs_link(root, "/escape", s, sizeof(s)) == 9, "a link can be looked at");
	CHECK_TEXT(s, "../secret", "and says where it leads");
	CHECK(sysfs_link(root, "/eight", s, sizeof(s)) == -EINVAL, "a file is no link");
	CHECK(sysfs_link(root, "/nothing", s, sizeof(s)) == -ENOENT,
	      "nothing is no link");
	CHECK(sysfs_link(root, "/escape", s, 9) == -ENAMETOOLONG,
	      "a link that just does not fit is an error and not cut");
}

static void test_sizes(const struct root *root)
{
	char s[16];

	CHECK(sysfs_read(root, "/eight", s, 9) == 8 && s[8] == '\0', "a file that fits");
	CHECK(sysfs_read(root, "/eight", s, 8) == -EFBIG,
	      "a file that just does not fit");
	CHECK(sysfs_read_head(root, "/eight", s, 8) == 7 && s[7] == '\0',
	      "its head is terminated");
	CHECK(sysfs_read(root, "/list", s, sizeof(s)) == -EISDIR, "a directory");
	CHECK(sysfs_read(root, "/list/a", s, sizeof(s)) == 0 && s[0] == '\0',
	      "an empty file");
	CHECK(sysfs_trim("a b\n \n", 6).n == 3, "trim: what is behind");
	CHECK(sysfs_trim(" \n", 2).n == 0, "trim: nothing else");
	CHECK(sysfs_trim(s, -EIO).n == 0, "trim: an error is an empty text");
}

static int count(const char *name, void *with)
{
	unsigned *n = with;

	(void)name;
	return ++*n == 5 ? 42 : 0;
}

static void test_lists(const struct root *root)
{
	unsigned n = 0;

	CHECK(sysfs_list(root, "/list", count, &n) == 0 && n == 2, "a list has no dots");
	n = 0;
	CHECK(sysfs_list(root, "/empty", count, &n) == 0 && n == 0, "an empty list");
	CHECK(sysfs_list(root, "/nothing", count, &n) == -ENOENT, "no list");
	CHECK(sysfs_list(root, "/eight", count, &n) == -ENOTDIR, "a file is no list");
	n = 3;
	CHECK(sysfs_list(root, "/list", count, &n) == 42 && n == 5, "a list can be left");
}

struct lines {
	unsigned n;
	size_t last;
};

static int count_line(struct span line, void *with)
{
	struct lines *lines = with;

	lines->n++;
	lines->last = line.n;
	return lines->n == 3 ? 3 : 0;
}

static int read_lines(const struct root *root, const char *text, struct lines *ret_lines)
{
	*ret_lines = (struct lines){ 0, 0 };
	unlink("tree/lines");
	put("tree/lines", text);
	return sysfs_lines(root, "/lines", count_line, ret_lines);
}

static void test_lines(const struct root *root)
{
	char text[LINES_SIZE + 16];
	struct lines lines;

	CHECK(read_lines(root, "", &lines) == -ENODATA, "lines: none");
	CHECK(read_lines(root, "ab\n\n", &lines) == 0 && lines.n == 2 && lines.last == 0,
	      "lines: an empty one is one");
	CHECK(read_lines(root, "ab\ncde", &lines) == 0 && lines.n == 2 && lines.last == 3,
	      "lines: the last has no end");
	CHECK(read_lines(root, "a\nb\nc\nd\n", &lines) == 3 && lines.n == 3,
	      "lines: until it was found");
	memset(text, 'x', sizeof(text));
	text[1] = text[LINES_SIZE - 2] = '\n';
	text[LINES_SIZE + 8] = '\0';
	CHECK(read_lines(root, text, &lines) == 3 && lines.last == 9,
	      "lines: over the end of the buffer");
	text[1] = text[LINES_SIZE - 2] = 'x';
	CHECK(read_lines(root, text, &lines) == -EFBIG && lines.n == 0,
	      "lines: too long a one");
	CHECK(sysfs_lines(root, "/nowhere", count_line, &lines) == -ENOENT,
	      "lines: no file");
}

static void test_paths(void)
{
	char path[PATH_SIZE], name[PATH_SIZE];

	CHECK_TEXT(sysfs_path(path, "/sys", "a", "b"), "/sys/a/b",
		   "a path of three parts");
	CHECK_TEXT(sysfs_path(path, "/sys", "a", NULL), "/sys/a", "a path of two parts");
	memset(name, 'x', sizeof(name));
	name[PATH_SIZE - 6] = '\0';
	CHECK(sysfs_path(path, "/sys", name, NULL) && strlen(path) == PATH_SIZE - 1,
	      "a path that just fits");
	CHECK(!sysfs_path(path, "/sys", name, "b"), "a path that does not fit is none");
}

int main(void)
{
	struct root root = { -1, false };

	plant();
	CHECK(root_open(&root, "nowhere") == -ENOENT, "a root that is not there");
	CHECK(root_open(&root, "secret") == -ENOTDIR, "a root that is a file");
	CHECK(root_open(&root, "tree") == 0 && !root.is_host, "a root");
	test_links(&root);
	test_sizes(&root);
	test_lists(&root);
	test_lines(&root);
	test_paths();
	close_fd(&root.fd);
	CHECK(root_open(&root, "/") == 0 && root.is_host, "the host's own root");
	close_fd(&root.fd);
	remove_all();
	return check_done();
}
