"""Model fields whose columns hold sealed bytes (PII-2).

An instance keeps sealed bytes too: plaintext exists only in what an attribute access returns and in nothing that is
pickled, copied, logged or dumped.
"""

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from django import forms
from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from enamad_portal.kernel.sealing.ring import SealedBytes, place, seal, unseal

_S = TypeVar("_S")
_G = TypeVar("_G")

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.lookups import Lookup

    _Field = models.Field
else:

    class _Field(models.Field, Generic[_S, _G]):
        """The stubs make Field generic; Django does not."""


class Sealed(models.Model):
    """Gives a model the `seal_id` that its sealed columns are bound to. Never change it on a stored row."""

    seal_id = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class SealedAttribute(DeferredAttribute):
    """Opens on every read, seals on every assignment."""

    field: "SealedField[Any, Any]"

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:  # deferred: fetched with its seal_id by one query
            instance.refresh_from_db(fields=["seal_id", name])
        held = instance.__dict__[name]
        return None if held is None else self.field.opened(held, instance)

    def __set__(self, instance: models.Model, value: object) -> None:
        if value is not None and not isinstance(value, SealedBytes):
            value = self.field.sealed(value, instance)
        instance.__dict__[self.field.attname] = value


class SealedField(_Field[_S, _G]):
    """Base of the sealed fields; the model must be `Sealed`.

    Only `isnull` can be asked of the column and only an instance can write it: plaintext in `filter()`, `update()` or
    `bulk_update()` is a TypeError, because it would reach the database, its logs and its plans unsealed. `.values()`
    yields `SealedBytes`. Renaming the table or column needs a migration that reseals.
    """

    descriptor_class = SealedAttribute
    empty_strings_allowed = False
    plain_type: type

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["serialize"] = False  # dumpdata would write plaintext
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("serialize", None)
        return name, path, args, kwargs

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *self._check_model(), *self._check_index()]

    def _check_model(self) -> list[checks.CheckMessage]:
        try:
            seal_id = self.model._meta.get_field("seal_id")
        except FieldDoesNotExist:
            seal_id = None
        if isinstance(seal_id, models.UUIDField) and not seal_id.null:
            return []
        return [checks.Error("A model with sealed columns must inherit Sealed.", obj=self, id="crypto.E001")]

    def _check_index(self) -> list[checks.CheckMessage]:
        if not (getattr(self, "db_index", False) or self.unique):
            return []
        return [checks.Error("Sealed bytes never repeat: index blind_index() instead.", obj=self, id="crypto.E002")]

    def dump(self, plain: Any) -> bytes:
        raise NotImplementedError

    def load(self, raw: bytes) -> Any:
        raise NotImplementedError

    def sealed(self, plain: object, instance: models.Model) -> SealedBytes:
        """Seal for this column of this row; TypeError when `plain` is of another type."""
        if not self.is_plain(plain):
            raise TypeError(f"{self} takes {self.plain_type.__name__}, not {type(plain).__name__}.")
        return seal(self.dump(plain), aad=self._place(instance))

    def is_plain(self, value: object) -> bool:
        return isinstance(value, self.plain_type)

    def opened(self, held: bytes, instance: models.Model) -> Any:
        """The plaintext, or SealBroken."""
        return self.load(unseal(held, aad=self._place(instance)))

    def _place(self, instance: models.Model) -> bytes:
        seal_id = cast("Any", instance).seal_id
        if not isinstance(seal_id, uuid.UUID):
            raise TypeError(f"{self} needs a UUID in seal_id before it is set.")
        return self.place_of(seal_id)

    def place_of(self, seal_id: uuid.UUID) -> bytes:
        """Additional data of this column in the row with `seal_id`."""
        return place(self.model._meta.db_table, cast("str", self.column), seal_id)

    def get_internal_type(self) -> str:
        return "BinaryField"

    def from_db_value(self, value: Any, *_: Any) -> SealedBytes | None:
        return None if value is None else SealedBytes(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> SealedBytes | None:  # noqa: FBT001, ARG002
        """What the row gets; SealBroken instead of writing bytes that would never open again."""
        getattr(model_instance, self.attname)
        return cast("SealedBytes | None", model_instance.__dict__[self.attname])

    def get_prep_value(self, value: Any) -> SealedBytes | None:
        if value is None or isinstance(value, SealedBytes):
            return value
        raise TypeError(f"{self} is sealed: assign to an instance and save it; find rows by a blind_index column.")

    def get_db_prep_value(self, value: Any, connection: "BaseDatabaseWrapper", prepared: bool = False) -> Any:  # noqa: FBT001, FBT002
        value = super().get_db_prep_value(value, connection, prepared)
        return None if value is None else cast("Any", connection).Database.Binary(value)

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:  # noqa: ARG002
        if hasattr(value, "as_sql"):  # Value("…") would write plaintext, F("other") a value that never opens
            raise TypeError(f"{self} is sealed: it cannot be written by an expression.")
        return cast("str", connection.ops.binary_placeholder_sql(value))

    def get_lookup(self, lookup_name: str) -> "type[Lookup[Any]] | None":
        if lookup_name not in {"isnull", "exact"}:  # exact refuses plaintext in get_prep_value
            raise TypeError(f"{self} is sealed: it cannot be compared by {lookup_name}.")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        raise TypeError(f"{self} is sealed: it cannot be transformed by {lookup_name}.")


class SealedTextField(SealedField[_S, _G]):
    """Sealed text; the empty string is a value, None is NULL. `max_length` counts characters of the plaintext."""

    _pyi_private_set_type: str
    _pyi_private_get_type: str
    plain_type = str
    empty_strings_allowed = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    def dump(self, plain: str) -> bytes:
        return plain.encode()

    def load(self, raw: bytes) -> str:
        return raw.decode()

    def to_python(self, value: Any) -> Any:
        return value if value is None or isinstance(value, SealedBytes) else str(value)

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**({"max_length": self.max_length} | kwargs))


class SealedDateField(SealedField[_S, _G]):
    """Sealed calendar day (Gregorian inside, as every date)."""

    _pyi_private_set_type: dt.date
    _pyi_private_get_type: dt.date
    plain_type = dt.date

    def is_plain(self, value: object) -> bool:
        return isinstance(value, dt.date) and not isinstance(value, dt.datetime)

    def dump(self, plain: dt.date) -> bytes:
        return plain.isoformat().encode()

    def load(self, raw: bytes) -> dt.date:
        return dt.date.fromisoformat(raw.decode())

    def to_python(self, value: Any) -> Any:
        return models.DateField().to_python(value)

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**({"form_class": forms.DateField} | kwargs))


class SealedJSONField(SealedField[_S, _G]):
    """Sealed JSON. A read gives a fresh value whose objects are read-only: assign the whole value to change it."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any
    plain_type = object

    def dump(self, plain: Any) -> bytes:
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), default=_object).encode()

    def load(self, raw: bytes) -> Any:
        return json.loads(raw, object_hook=MappingProxyType)


def _object(value: object) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON.")
