"""PII-2 and PII-3: what is stored is sealed, opens only in its place, and fails closed."""

import copy
import datetime as dt
import pickle
import uuid

import pytest
from django.apps import apps
from django.core import serializers
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import connection, models
from django.db.models import Case, F, Value, When
from django.db.models.functions import Lower
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from enamad_portal.kernel.crypto import (
    SealBroken,
    Sealed,
    SealedBytes,
    SealedDateField,
    SealedJSONField,
    SealedTextField,
    blind_index,
    code_hash,
    equal,
    place,
    reseal,
    seal,
    seal_file,
    unseal,
    unseal_file,
)

CANARY = "کانری-۰۰۱۲۳۴۵۶۷۸"
OLD = "k1:" + "11" * 32
NEW = "k2:" + "55" * 32
AAD = b"applicant|national_code|x"

with isolate_apps("enamad_portal.kernel"):

    class Envelope(Sealed):
        """A throwaway model with every sealed field."""

        name = models.CharField(max_length=20, default="n")
        secret = SealedTextField(blank=True)
        note = SealedTextField(null=True, blank=True, max_length=30)
        born = SealedDateField(null=True)
        data = SealedJSONField(null=True)

        class Meta:
            app_label = "kernel"


@pytest.fixture
def envelopes(transactional_db, monkeypatch):
    """The throwaway table, with its model findable while the test lasts (copying and pickling look it up)."""
    monkeypatch.setitem(apps.all_models["kernel"], "envelope", Envelope)
    with connection.schema_editor() as editor:
        editor.create_model(Envelope)
    yield Envelope.objects
    with connection.schema_editor() as editor:
        editor.delete_model(Envelope)


def raw_secret(pk):
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM kernel_envelope WHERE id = %s", [pk])
        return bytes(cursor.fetchone()[0])


# The ring


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_pii_2_what_is_sealed_opens_and_never_repeats(plain, aad):
    first, second = seal(plain, aad=aad), seal(plain, aad=aad)
    assert unseal(first, aad=aad) == unseal(second, aad=aad) == plain
    assert first != second
    assert first.key_id == "k1"


@given(st.data())
def test_pii_2_one_changed_bit_anywhere_breaks_the_seal(data):
    sealed = bytearray(seal(b"national code", aad=AAD))
    position = data.draw(st.integers(0, len(sealed) - 1))
    sealed[position] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        unseal(bytes(sealed), aad=AAD)


@given(st.binary(max_size=60))
def test_pii_2_bytes_that_were_never_sealed_fail_closed(raw):
    with pytest.raises(SealBroken):
        unseal(raw, aad=AAD)


@pytest.mark.parametrize("length", range(len(seal.__name__), 40, 5))
def test_pii_2_a_cut_value_fails_closed(length):
    with pytest.raises(SealBroken):
        unseal(seal(b"0123456789", aad=AAD)[:length], aad=AAD)


def test_pii_2_a_value_opens_only_under_its_own_additional_data():
    sealed = seal(b"x", aad=place("a", "b", uuid.UUID(int=1)))
    for elsewhere in (("c", "b", 1), ("a", "c", 1), ("a", "b", 2)):
        with pytest.raises(SealBroken):
            unseal(sealed, aad=place(elsewhere[0], elsewhere[1], uuid.UUID(int=elsewhere[2])))


def test_pii_2_the_first_key_writes_and_all_keys_read(settings):
    before = seal(b"old", aad=AAD)
    settings.FIELD_KEYS = [NEW, OLD]
    after = seal(b"new", aad=AAD)
    assert (before.key_id, after.key_id) == ("k1", "k2")
    assert (unseal(before, aad=AAD), unseal(after, aad=AAD)) == (b"old", b"new")
    settings.FIELD_KEYS = [NEW]
    with pytest.raises(SealBroken):
        unseal(before, aad=AAD)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["11" * 32],
        ["k1:" + "11" * 31],
        ["k1:" + "zz" * 32],
        ["K 1:" + "11" * 32],
        [":" + "11" * 32],
        [OLD, "k1:" + "22" * 32],
        ["k1:" + "11" * 32 + "\n"],
    ],
)
def test_pii_2_a_bad_key_setting_is_refused_loudly(settings, lines):
    settings.FIELD_KEYS = lines
    with pytest.raises(ImproperlyConfigured):
        seal(b"x", aad=AAD)


def test_pii_2_no_error_tells_the_plaintext_or_the_key():
    with pytest.raises(SealBroken) as broken:
        unseal(seal(CANARY.encode(), aad=AAD), aad=b"elsewhere")
    assert CANARY not in str(broken.value)
    assert "1111" not in str(broken.value)


def test_pii_2_a_file_opens_only_for_its_own_row():
    own, other = uuid.uuid4(), uuid.uuid4()
    sealed = seal_file(b"%PDF-1.7", seal_id=own)
    assert unseal_file(sealed, seal_id=own) == b"%PDF-1.7"
    with pytest.raises(SealBroken):
        unseal_file(sealed, seal_id=other)


# Digests


def test_pii_3_a_blind_index_depends_on_purpose_value_and_key(settings):
    first = blind_index("applicant.national_code", "0012345679")
    assert first == blind_index("applicant.national_code", "0012345679")
    assert len(first) == 64
    others = {blind_index("director.national_code", "0012345679"), blind_index("applicant.national_code", "0012345680")}
    settings.BLIND_INDEX_KEY = "77" * 32
    others.add(blind_index("applicant.national_code", "0012345679"))
    assert len(others | {first}) == 4


def test_pii_3_purpose_and_value_cannot_be_shifted_into_each_other():
    assert blind_index("ab", "c") != blind_index("a", "bc")
    assert code_hash("1", "23456") != code_hash("12", "3456")


def test_codes_are_hashed_with_the_pepper_and_bound_to_their_row(settings):
    first = code_hash("7", "123456")
    settings.CODE_PEPPER = "99" * 32
    assert len({first, code_hash("7", "123456"), code_hash("8", "123456")}) == 3


@pytest.mark.parametrize(
    ("left", "right", "same"), [("a", "a", True), ("a", "b", False), ("آ", "آ", True), ("", "a", False)]
)
def test_equal_compares_any_text(left, right, same):
    assert equal(left, right) is same


# The fields


def test_pii_2_a_row_holds_sealed_bytes_and_an_attribute_gives_the_value(envelopes):
    made = envelopes.create(secret=CANARY, note="", born=dt.date(1990, 3, 21), data={"a": [1, {"b": "پ"}]})
    assert CANARY.encode() not in raw_secret(made.pk)
    assert raw_secret(made.pk).startswith(b"k1:")
    read = envelopes.get(pk=made.pk)
    assert (read.secret, read.note, read.born, read.data) == (
        CANARY,
        "",
        dt.date(1990, 3, 21),
        {"a": [1, {"b": "پ"}]},
    )


def test_pii_2_none_stays_null_and_only_isnull_can_be_asked(envelopes):
    envelopes.create(secret="a", note=None)
    envelopes.create(secret="b", note="")
    assert [row.secret for row in envelopes.filter(note__isnull=True)] == ["a"]
    assert [row.secret for row in envelopes.filter(note=None)] == ["a"]
    assert [row.secret for row in envelopes.exclude(note=None)] == ["b"]
    assert envelopes.get(secret__isnull=False, note__isnull=True).note is None


@pytest.mark.parametrize(
    "question",
    [
        {"secret": "x"},
        {"secret": b"x"},
        {"secret__exact": "x"},
        {"secret__iexact": "x"},
        {"secret__contains": "x"},
        {"secret__in": ["x"]},
        {"secret__gt": "x"},
        {"secret__startswith": "x"},
        {"secret__regex": "x"},
        {"born__year": 1990},
        {"born__range": (dt.date(1990, 1, 1), dt.date(1991, 1, 1))},
        {"data__a": 1},
        {"note__lower__exact": "x"},
    ],
)
def test_pii_2_plaintext_in_a_filter_is_a_type_error(envelopes, question):
    with pytest.raises(TypeError):
        list(envelopes.filter(**question))


@pytest.mark.parametrize(
    "plain",
    [CANARY, b"raw", Value(CANARY), F("name"), Lower("name"), Case(When(pk=1, then=Value(CANARY)), default=Value("x"))],
    ids=["text", "bytes", "value", "column", "function", "case"],
)
def test_pii_2_plaintext_in_an_update_is_a_type_error(envelopes, plain):
    row = envelopes.create(secret="kept")
    with pytest.raises(TypeError):
        envelopes.filter(pk=row.pk).update(secret=plain)
    assert envelopes.get(pk=row.pk).secret == "kept"


def test_pii_2_bulk_update_and_get_or_create_refuse_plaintext(envelopes):
    row = envelopes.create(secret="kept")
    row.secret = CANARY
    with pytest.raises(TypeError):
        envelopes.bulk_update([row], ["secret"])
    with pytest.raises(TypeError):
        envelopes.get_or_create(secret=CANARY)
    assert envelopes.get(pk=row.pk).secret == "kept"


@pytest.mark.parametrize("wrong", [1, b"x", True, dt.date(1990, 1, 1), F("name"), ["x"]])
def test_pii_2_only_text_is_assigned_to_a_text_field(wrong):
    with pytest.raises(TypeError):
        Envelope(secret=wrong)


def test_pii_2_a_moment_is_not_a_day():
    with pytest.raises(TypeError):
        Envelope(born=dt.datetime(1990, 1, 1, tzinfo=dt.UTC))


def test_pii_2_values_yield_sealed_bytes(envelopes):
    envelopes.create(secret=CANARY)
    [[secret, note]] = envelopes.values_list("secret", "note")
    assert type(secret) is SealedBytes
    assert note is None
    assert type(envelopes.annotate(other=F("secret")).get().other) is SealedBytes


def test_pii_2_a_value_moved_to_another_row_or_column_does_not_open(envelopes):
    one, two = envelopes.create(secret="one", note="note"), envelopes.create(secret="two")
    envelopes.filter(pk=two.pk).update(secret=envelopes.values_list("secret", flat=True).get(pk=one.pk))
    envelopes.filter(pk=one.pk).update(secret=envelopes.values_list("note", flat=True).get(pk=one.pk))
    for row in envelopes.all():
        with pytest.raises(SealBroken):
            _ = row.secret


def test_pii_2_a_broken_row_loads_and_its_other_fields_are_readable(envelopes):
    row = envelopes.create(secret=CANARY, note="fine")
    envelopes.filter(pk=row.pk).update(secret=SealedBytes(b"k1:nonsense"))
    read = envelopes.get(pk=row.pk)
    assert read.note == "fine"
    with pytest.raises(SealBroken):
        _ = read.secret
    with pytest.raises(SealBroken):
        read.save()


def test_pii_2_a_changed_seal_id_is_never_saved_over_readable_data(envelopes):
    row = envelopes.create(secret=CANARY)
    row.seal_id = uuid.uuid4()
    with pytest.raises(SealBroken):
        row.save()
    assert envelopes.get(pk=row.pk).secret == CANARY


def test_pii_2_assign_save_and_refresh(envelopes):
    row = envelopes.create(secret="first", note="n")
    other = envelopes.get(pk=row.pk)
    other.secret = "second"
    other.note = None
    other.save(update_fields=["secret", "note"])
    assert row.secret == "first"
    row.refresh_from_db()
    assert (row.secret, row.note) == ("second", None)
    other.secret = "third"
    other.save()
    row.refresh_from_db(fields=["secret"])
    assert row.secret == "third"


def test_pii_2_deferred_fields_come_with_one_query(envelopes, django_assert_num_queries):
    envelopes.create(secret=CANARY, note="n")
    with django_assert_num_queries(2):
        assert envelopes.defer("secret").get().secret == CANARY
    with django_assert_num_queries(2):
        row = envelopes.only("name").get()
        assert row.secret == CANARY
    row.note = "changed without having been loaded"
    row.save()
    assert envelopes.get().note == "changed without having been loaded"


def test_pii_2_only_the_sealed_field_is_enough(envelopes):
    envelopes.create(secret=CANARY)
    assert envelopes.only("secret").get().secret == CANARY


def test_pii_2_bulk_create(envelopes):
    envelopes.bulk_create([Envelope(secret=f"s{number}") for number in range(3)])
    assert [row.secret for row in envelopes.order_by("pk")] == ["s0", "s1", "s2"]


def test_pii_2_copies_and_pickles_hold_no_plaintext_and_still_open(envelopes):
    row = envelopes.create(secret=CANARY)
    fresh = Envelope(secret=CANARY)
    for each in (row, fresh):
        pickled = pickle.dumps(each)
        assert CANARY.encode() not in pickled
        assert pickle.loads(pickled).secret == CANARY
        assert copy.copy(each).secret == copy.deepcopy(each).secret == CANARY
        assert CANARY not in repr(vars(each))
        assert CANARY not in repr(each)


def test_pii_2_a_serialised_row_leaves_sealed_columns_out(envelopes):
    envelopes.create(secret=CANARY, born=dt.date(1990, 3, 21))
    written = serializers.serialize("json", envelopes.all())
    assert "secret" not in written
    assert "1990" not in written


def test_pii_2_json_is_read_only_so_that_no_change_is_lost(envelopes):
    row = envelopes.create(secret="", data={"a": {"b": 1}})
    with pytest.raises(TypeError):
        row.data["a"]["b"] = 2
    row.data = {**row.data, "c": 3}
    row.save()
    assert envelopes.get().data == {"a": {"b": 1}, "c": 3}


def test_pii_2_validation_sees_the_plaintext(envelopes):
    row = Envelope(secret="s", note="x" * 31, born=dt.date(1990, 3, 21))
    with pytest.raises(ValidationError) as refused:
        row.full_clean(exclude=["data"])
    assert list(refused.value.message_dict) == ["note"]
    row.note = "fine"
    row.full_clean(exclude=["data"])
    assert (row.note, row.born) == ("fine", dt.date(1990, 3, 21))


def test_pii_2_forms_edit_text_and_days():
    text, day = Envelope._meta.get_field("note").formfield(), Envelope._meta.get_field("born").formfield()
    assert (text.max_length, text.required) == (30, False)
    assert day.clean("1990-03-21") == dt.date(1990, 3, 21)


def test_pii_2_migrations_write_the_field_as_it_was_declared():
    name, path, args, kwargs = Envelope._meta.get_field("note").deconstruct()
    assert (name, path, args) == ("note", "enamad_portal.kernel.sealing.fields.SealedTextField", [])
    assert kwargs == {"blank": True, "max_length": 30, "null": True}


@isolate_apps("enamad_portal.kernel")
def test_pii_2_a_model_without_seal_id_or_with_an_index_fails_the_checks():
    class Bare(models.Model):
        secret = SealedTextField()

        class Meta:
            app_label = "kernel"

    class Indexed(Sealed):
        secret = SealedTextField(db_index=True)
        other = SealedTextField(unique=True)

        class Meta:
            app_label = "kernel"

    assert [error.id for error in Bare._meta.get_field("secret").check()] == ["crypto.E001"]
    assert [error.id for error in Indexed._meta.get_field("secret").check()] == ["crypto.E002"]
    assert [error.id for error in Indexed._meta.get_field("other").check()] == ["crypto.E002"]
    assert Envelope._meta.get_field("secret").check() == []


# Rotation


def test_pii_2_reseal_moves_every_row_to_the_newest_key(envelopes, settings):
    for number in range(7):
        envelopes.create(secret=f"s{number}", note=None if number % 2 else "n", data=[number])
    settings.FIELD_KEYS = [NEW, OLD]
    envelopes.create(secret="s7")
    seen = []
    done = reseal(Envelope, batch=3, progress=lambda so_far: seen.append(so_far.rows))
    assert (done.rows, done.changed, done.raced, done.broken) == (8, 7, 0, [])
    assert seen == [3, 6, 8]
    settings.FIELD_KEYS = [NEW]
    assert [row.secret for row in envelopes.order_by("pk")] == [f"s{number}" for number in range(8)]
    assert [row.note for row in envelopes.order_by("pk")][:2] == ["n", None]
    again = reseal(Envelope)
    assert (again.rows, again.changed) == (8, 0)


def test_pii_2_reseal_does_not_overwrite_a_concurrent_write(envelopes, settings):
    rows = [envelopes.create(secret="before") for _ in range(4)]
    settings.FIELD_KEYS = [NEW, OLD]

    def write_into_the_batch_already_read(_):
        for row in rows[2:]:
            row.secret = "written meanwhile"
            row.save()

    class Interrupted(models.query.QuerySet):
        """Writes between the read of a batch and its update, as another process would."""

        def update(self, **columns):
            write_into_the_batch_already_read(None)
            return super().update(**columns)

    Envelope._base_manager._queryset_class, kept = Interrupted, Envelope._base_manager._queryset_class
    try:
        done = reseal(Envelope)
    finally:
        Envelope._base_manager._queryset_class = kept
    assert (done.changed, done.raced) == (2, 2)
    assert [row.secret for row in envelopes.order_by("pk")] == ["before"] * 2 + ["written meanwhile"] * 2


def test_pii_2_reseal_names_broken_rows_and_goes_on(envelopes, settings):
    rows = [envelopes.create(secret="s") for _ in range(3)]
    envelopes.filter(pk=rows[1].pk).update(secret=SealedBytes(b"k1:" + b"\0" * 30))
    settings.FIELD_KEYS = [NEW, OLD]
    done = reseal(Envelope)
    assert (done.changed, done.broken) == (2, [rows[1].pk])
