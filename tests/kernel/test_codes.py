import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from enamad_portal.kernel import codes, use_cases
from enamad_portal.kernel.codes import Code, Judgement, Style

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
LIFE = timedelta(minutes=10)


def issued(**more):
    code = codes.issue("sign-in", "s:1", channel="sms", destination="+989121111111", life=LIFE, **more)
    return code, codes.arm(code)


def judge(guess):
    return use_cases.run(codes.judge, "sign-in", "s:1", guess)


def wrong(secret):
    return f"{(int(secret) + 1) % 10**6:06d}"


def test_code_2_a_right_code_is_accepted_once():
    _, secret = issued()

    assert [judge(secret), judge(secret)] == [Judgement.ACCEPTED, Judgement.SPENT]


def test_code_1_five_wrong_guesses_kill_the_code():
    _, secret = issued()

    assert [judge(wrong(secret)) for _ in range(6)] == [Judgement.WRONG] * 5 + [Judgement.SPENT]
    assert judge(secret) == Judgement.SPENT


def test_a_code_ends_with_its_life(at):
    at(NOON)
    _, secret = issued()
    at(NOON + LIFE)

    assert judge(secret) == Judgement.EXPIRED


def test_code_3_a_new_code_voids_the_old_one():
    _, old = issued()
    _, new = issued()

    assert judge(old) in {Judgement.WRONG, Judgement.ACCEPTED if old == new else Judgement.WRONG}
    assert judge(new) == Judgement.ACCEPTED


def test_the_secret_is_not_at_rest():
    code, secret = issued()

    stored = Code.objects.filter(pk=code.pk).values().get()

    assert secret not in str(stored)
    assert "9121111111" not in str(stored)


@pytest.mark.parametrize("typed", ["۱۲۳۴۵۶", "١٢٣٤٥٦", "123 456", " 123-456 "])
def test_digits_are_taken_as_people_type_them(typed):
    assert codes.typed(typed, Style.DIGITS) == "123456"


def test_letter_codes_forgive_look_alikes():
    assert codes.typed("o1Il-abcd", Style.LETTER) == "0111ABCD"


def test_three_codes_in_ten_minutes_are_the_most(at):
    at(NOON)
    for _ in range(3):
        issued()

    refusal = codes.too_many(codes.destination_index("+989121111111"), "", NOON)

    assert (refusal.code, refusal.detail) == ("too_many_codes", {"minutes": "11"})
    assert codes.too_many(codes.destination_index("+989122222222"), "", NOON) is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: nothing runs in parallel")
@pytest.mark.django_db(transaction=True)
def test_code_1_two_hundred_parallel_guesses_are_five():
    _, secret = issued()
    answers = []

    def guess():
        try:
            answers.append(judge(wrong(secret)))
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers.count(Judgement.WRONG) == 5
    assert judge(secret) == Judgement.SPENT


def test_dcv_1_a_token_is_160_bits_of_base32_and_is_pasted_as_it_comes():
    _, token = issued(style=Style.TOKEN)

    assert (len(token), set(token) <= set("abcdefghijklmnopqrstuvwxyz234567")) == (32, True)
    assert codes.typed(f" {token[:8].upper()} {token[8:]}\n", Style.TOKEN) == token
    assert judge(token.upper()) == Judgement.ACCEPTED
