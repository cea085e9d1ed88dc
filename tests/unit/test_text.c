/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Spans, numbers and bounded texts at their limits. */
#include <errno.h>

#include "check.h"
#include "core/text.h"

static int number(const char *s, unsigned base, unsigned digits, uint64_t max,
		  uint64_t *n)
{
	return span_number(span_of(s), base, digits, max, n);
}

static void test_numbers(void)
{
	uint64_t n = 7;

	CHECK(number("", 10, 9, 100, &n) == -EINVAL, "an empty text is no number");
	CHECK(number("-1", 10, 9, 100, &n) == -EINVAL, "a sign is no digit");
	CHECK(number(" 1", 10, 9, 100, &n) == -EINVAL, "a blank before is no digit");
	CHECK(number("1 ", 10, 9, 100, &n) == -EINVAL, "a blank behind is no digit");
	CHECK(number("0x1", 16, 9, 100, &n) == -EINVAL, "a prefix is no digit");
	CHECK(number("1a", 10, 9, 100, &n) == -EINVAL, "a hex digit is none in base 10");
	CHECK(number("g", 16, 9, 100, &n) == -EINVAL, "g is no hex digit");
	CHECK(number("101", 10, 9, 100, &n) == -ERANGE, "a number above the maximum");
	CHECK(number("0100", 10, 3, 100, &n) == -ERANGE, "too many digits");
	CHECK(number("18446744073709551616", 10, 30, UINT64_MAX, &n) == -ERANGE,
	      "2^64 does not wrap");
	CHECK(number("99999999999999999999999999999999", 10, 40, UINT64_MAX,
		     &n) == -ERANGE,
	      "a very long number does not wrap");
	CHECK(number("10000000000000000", 16, 30, UINT64_MAX, &n) == -ERANGE,
	      "2^64 in hex does not wrap");
	CHECK(n == 7, "a failure leaves the result alone");
	CHECK(number("18446744073709551615", 10, 20, UINT64_MAX, &n) == 0 &&
	      n == UINT64_MAX,
	      "the largest number is read");
	CHECK(number("fFfF", 16, 4, 0xffff, &n) == 0 && n == 0xffff, "hex in both cases");
}

static void test_spans(void)
{
	struct span rest = SPAN("a::b:");
	struct span none = { NULL, 0 };

	CHECK(span_is(span_cut(&rest, ':'), "a") && span_is(rest, ":b:"),
	      "cut: the first");
	CHECK(span_cut(&rest, ':').n == 0 && rest.s, "cut: an empty part");
	CHECK(span_is(span_cut(&rest, ':'), "b") && rest.s && rest.n == 0,
	      "cut: before the last mark an empty part is left");
	CHECK(span_cut(&rest, ':').n == 0 && !rest.s, "cut: then nothing is left");
	CHECK(span_cut(&rest, ':').n == 0 && !rest.s, "cut: nothing stays nothing");
	CHECK(span_equal(none, SPAN("")), "two empty spans are equal");
	CHECK(!span_starts(SPAN("vf"), "vfio"),
	      "a short text does not start with a long one");
	CHECK(span_same_name(SPAN("a-b_c"), SPAN("a_b-c")), "names: - and _ are equal");
	CHECK(!span_same_name(SPAN("ab"), SPAN("abc")), "names: the length counts");
	CHECK(!span_same_name(SPAN("AB"), SPAN("ab")), "names: the case counts");
}

static void test_distance(void)
{
	CHECK(span_distance(SPAN("driver"), "driver") == 0, "distance: the same");
	CHECK(span_distance(SPAN("dirver"), "driver") == 1,
	      "distance: two letters swapped");
	CHECK(span_distance(SPAN("drver"), "driver") == 1, "distance: one left out");
	CHECK(span_distance(SPAN("driiver"), "driver") == 1, "distance: one too many");
	CHECK(span_distance(SPAN("drover"), "driver") == 1, "distance: one changed");
	CHECK(span_distance(SPAN("colour"), "path") >= 4, "distance: another word");
	CHECK(span_distance(SPAN(""), "id") == 2, "distance: from nothing");
	CHECK(span_distance(SPAN("aaaaaaaaaaaaaaaaaaaaaaaa"), "id") == 9,
	      "distance: 24 letters are many");
	CHECK(span_distance(SPAN("aaaaaaaaaaaaaaaaaaaaaaaaa"), "id") == 9,
	      "distance: 25 letters are too many to look at");
}

static void test_texts(void)
{
	char buffer[8];
	struct text t = TEXT_IN(buffer);

	text_init(&t, buffer, sizeof(buffer));
	text_add(&t, "1234567");
	CHECK(!t.full && t.n == 7, "a text takes what fits exactly");
	text_char(&t, '8');
	CHECK(t.full && t.n == 7, "one more is dropped and remembered");
	CHECK_TEXT(buffer, "1234567", "and the text is terminated");
	text_pad(&t, 100);
	CHECK(t.n == 7, "padding a full text ends");
	text_init(&t, buffer, 1);
	text_add(&t, "x");
	CHECK(t.full && t.n == 0 && buffer[0] == '\0',
	      "a buffer of one byte holds nothing");
	text_init(&t, buffer, sizeof(buffer));
	text_add(&t, "a long text");
	CHECK_TEXT(buffer, "a long ", "what does not fit is cut");
	text_init(&t, buffer, sizeof(buffer));
	text_quote(&t, (struct span){ "a\n\x1b\xc3\xbc~", 6 });
	CHECK_TEXT(buffer, "a????~", "quoting leaves printable ASCII only");
	text_init(&t, buffer, sizeof(buffer));
	text_add(&t, "abc");
	text_pad(&t, 3);
	CHECK_TEXT(buffer, "abc ", "padding adds at least one blank");
}

static void test_number_texts(void)
{
	char buffer[32];
	struct text t = TEXT_IN(buffer);

	text_decimal(&t, UINT64_MAX);
	CHECK_TEXT(buffer, "18446744073709551615", "the largest number is written");
	text_init(&t, buffer, sizeof(buffer));
	text_hex(&t, 0, 4);
	text_char(&t, ' ');
	text_hex(&t, 0xfedcba98, 4);
	CHECK_TEXT(buffer, "0000 fedcba98", "hex is filled up and never cut");
	text_init(&t, buffer, sizeof(buffer));
	text_hex(&t, 1, 99);
	CHECK(t.n == 20, "a width beyond all numbers is bounded");
}

int main(void)
{
	test_numbers();
	test_spans();
	test_distance();
	test_texts();
	test_number_texts();
	return check_done();
}
