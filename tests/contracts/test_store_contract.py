"""The database keeps TinyDB's ordinary API on every kind of folder, and its writes outlive the process."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

import pytest
from tinydb import Query, TinyDB, where
from tinydb.operations import add, delete, increment
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

from app.platform.browser.pool import PoolFolder
from app.platform.native.crypto import NativeCrypto
from app.store import NuanDB, StoreError, open_database
from tests.contracts.fake_device import Disk, FakeFolder, pool_handles

KEY = b"k" * 32
CRYPTO = NativeCrypto()
Opener = Callable[[], NuanDB]


def _people(table) -> list[int]:
    return table.insert_multiple(
        [
            {"name": "张三", "age": 40},
            {"name": "李四", "age": 50},
            {"name": "王五", "age": 60, "tags": [1, 2]},
        ]
    )


#: Each line works on a table with three people; ours and TinyDB's own must agree on result and content.
BEHAVIOUR = {
    "all": lambda t: t.all(),
    "len": lambda t: len(t),
    "iterate": lambda t: [doc.doc_id for doc in t],
    "search": lambda t: t.search(where("age") >= 50),
    "search and": lambda t: t.search((where("age") == 50) & (where("name") == "李四")),
    "search or": lambda t: t.search((where("age") == 50) | (where("name") == "张三")),
    "search not": lambda t: t.search(~(where("age") == 50)),
    "search regex": lambda t: t.search(where("name").matches("^张")),
    "search any": lambda t: t.search(where("tags").any([2, 9])),
    "search fragment": lambda t: t.search(Query().fragment({"age": 40})),
    "search nothing": lambda t: t.search(where("gone").exists()),
    "get": lambda t: t.get(where("name") == "王五"),
    "get by id": lambda t: t.get(doc_id=2),
    "get by ids": lambda t: t.get(doc_ids=[3, 1, 7]),
    "get none": lambda t: t.get(where("name") == "赵六"),
    "get no id": lambda t: t.get(doc_id=9),
    "get odd id": lambda t: t.get(doc_id=float("nan")),
    "get without condition": lambda t: t.get(),
    "contains": lambda t: (t.contains(where("age") == 40), t.contains(doc_id=3), t.contains(doc_id=4)),
    "contains without condition": lambda t: t.contains(),
    "count": lambda t: t.count(where("age") > 40),
    "insert": lambda t: t.insert({"name": "赵六"}),
    "insert document": lambda t: t.insert(Document({"name": "赵六"}, doc_id=17)),
    "insert after document": lambda t: (t.insert(Document({"n": 1}, doc_id=17)), t.insert({"n": 2})),
    "insert twice": lambda t: t.insert(Document({"name": "赵六"}, doc_id=2)),
    "insert no mapping": lambda t: t.insert([1, 2]),
    "insert multiple": lambda t: t.insert_multiple({"n": n} for n in range(5)),
    "insert multiple mixed": lambda t: t.insert_multiple([{"n": 2}, Document({"n": 1}, 9)]),
    "update all": lambda t: t.update({"seen": True}),
    "update some": lambda t: t.update({"seen": True}, where("age") > 40),
    "update ids": lambda t: t.update({"seen": True}, doc_ids=[1, 9]),
    "update none": lambda t: t.update({"seen": True}, where("age") > 400),
    "update operation": lambda t: t.update(increment("age"), where("name") == "张三"),
    "update add": lambda t: t.update(add("age", 5)),
    "update delete": lambda t: t.update(delete("age"), doc_ids=[2]),
    "update multiple": lambda t: t.update_multiple(
        [({"a": 1}, where("age") == 40), (delete("name"), where("age") == 60)]
    ),
    "upsert hit": lambda t: t.upsert({"age": 41}, where("name") == "张三"),
    "upsert miss": lambda t: t.upsert({"name": "赵六"}, where("name") == "赵六"),
    "upsert document": lambda t: t.upsert(Document({"age": 1}, doc_id=3)),
    "upsert new document": lambda t: t.upsert(Document({"age": 1}, doc_id=30)),
    "upsert without condition": lambda t: t.upsert({"age": 1}),
    "remove": lambda t: t.remove(where("age") < 55),
    "remove ids": lambda t: t.remove(doc_ids=[3, 8]),
    "remove none": lambda t: t.remove(where("age") < 5),
    "remove without condition": lambda t: t.remove(),
    "truncate": lambda t: t.truncate(),
    "truncate then insert": lambda t: (t.truncate(), t.insert({"n": 1})),
    "remove then insert": lambda t: (t.remove(doc_ids=[3]), t.insert({"n": 1})),
}


def _outcome(act, table) -> tuple[object, ...]:
    try:
        result = act(table)
    except Exception as error:
        result = type(error)
    return result, [(doc.doc_id, doc) for doc in table.all()]


class StoreContract:
    """``opener`` opens the same store each time; the one before must be closed."""

    @pytest.fixture
    def db(self, opener: Opener):
        with opener() as db:
            yield db

    @pytest.mark.parametrize("name", BEHAVIOUR)
    def test_tinydb_behaviour(self, db, name):
        """Every operation gives what TinyDB gives."""
        ours, theirs = db.table("people"), TinyDB(storage=MemoryStorage).table("people")
        assert _people(ours) == _people(theirs)
        assert _outcome(BEHAVIOUR[name], ours) == _outcome(BEHAVIOUR[name], theirs)

    @pytest.mark.parametrize("name", BEHAVIOUR)
    def test_behaviour_with_an_index_and_after_reopening(self, opener, name):
        """An index changes no result, and the next process sees the same documents."""
        theirs = TinyDB(storage=MemoryStorage).table("people")
        _people(theirs)
        with opener() as db:
            table = db.table("people")
            db.ensure_index("people", "age")
            db.ensure_index("people", "name")
            _people(table)
            table.count(where("age") == 40)  # build the index before the change
            table.count(where("name") == "")
            before = _outcome(BEHAVIOUR[name], table)
            assert before == _outcome(BEHAVIOUR[name], theirs)
            for age in (1, 40, 41, 45, 50, 60):
                assert table.search(where("age") == age) == theirs.search(where("age") == age)
        with opener() as db:
            assert [(doc.doc_id, doc) for doc in db.table("people").all()] == before[1]

    def test_tables_come_and_go(self, opener):
        """Tables are listed, dropped and stay dropped."""
        with opener() as db:
            start = db.tables()
            db.insert({"a": 1})
            db.table("x").insert({"a": 1})
            db.table("empty", persist_empty=True)
            assert db.tables() - start == {"_default", "x", "empty"}
            db.drop_table("x")
            db.drop_table("never")
        with opener() as db:
            assert db.tables() - start == {"_default", "empty"}
            db.drop_tables()
            assert db.tables() == set()
            assert db.table("x").insert({"b": 1}) == 1
        with opener() as db:
            assert db.tables() == {"x"}

    def test_persist_empty_never_empties(self, db):
        """Asking for a table again does not throw its documents away (a trap of TinyDB)."""
        db.table("x").insert({"a": 1})
        db._tables.clear()
        assert len(db.table("x", persist_empty=True)) == 1

    def test_results_are_copies(self, db):
        """Changing a result changes nothing in the store."""
        db.insert({"inner": {"list": [1]}})
        for document in (
            db.get(doc_id=1),
            db.all()[0],
            db.search(where("inner").exists())[0],
            next(iter(db)),
        ):
            document["inner"]["list"].append(2)
        given = {"inner": [1]}
        db.insert(given)
        given["inner"].append(2)
        assert [doc["inner"] for doc in db.all()] == [{"list": [1]}, [1]]

    def test_no_query_is_mistaken_for_another(self, db):
        """The same pattern with other flags is another query (TinyDB's cache mixes them up)."""
        db.insert({"code": "ABC"})
        assert db.search(where("code").matches("abc")) == []
        assert len(db.search(where("code").matches("abc", re.IGNORECASE))) == 1

    @pytest.mark.parametrize(
        "bad",
        [
            {"n": float("nan")},
            {"n": float("inf")},
            {"s": "\ud800"},
            {"\udfff": 1},
            {"b": b"x"},
            {"s": {1, 2}},
        ],
    )
    def test_what_json_cannot_hold_is_refused_before_writing(self, opener, bad):
        """A value that could not be read back is a clear error and leaves no trace."""
        with opener() as db:
            db.insert({"good": 1})
            acts = (
                lambda: db.insert(bad),
                lambda: db.insert_multiple([{"fine": 1}, bad]),
                lambda: db.update(bad),
                lambda: db.upsert(bad, where("good") == 2),
            )
            for act in acts:
                with pytest.raises(StoreError) as error:
                    act()
                assert error.value.code == "document_not_storable"
            assert db.all() == [{"good": 1}]
        with opener() as db:
            assert db.all() == [{"good": 1}]

    @pytest.mark.parametrize(
        "value",
        [0, -1, 2**63, 10**30, -(10**30), 1.5, 5e-324, 1.7976931348623157e308, 0.1, "", "𠮷\0\n", None, True],
    )
    def test_values_come_back_exactly(self, opener, value):
        """Large numbers, small fractions and rare characters survive the disk."""
        with opener() as db:
            db.insert({"v": value, "l": [value, {"v": value}]})
        with opener() as db:
            found = db.all()[0]
            assert found == {"v": value, "l": [value, {"v": value}]}
            assert type(found["v"]) is type(value)

    def test_an_update_that_fails_midway_changes_nothing(self, opener):
        """All documents of an update change, or none (TinyDB leaves the first half changed)."""

        def spoil(document):
            document["age"] = 0
            if document["name"] == "李四":
                raise ValueError("no")

        with opener() as db:
            _people(db)
            with pytest.raises(ValueError, match="no"):
                db.update(spoil)
            assert [doc["age"] for doc in db.all()] == [40, 50, 60]
        with opener() as db:
            assert [doc["age"] for doc in db.all()] == [40, 50, 60]

    def test_ids_are_not_used_twice(self, opener):
        """A removed document's id is not given to another, not even after a restart and compaction."""
        with opener() as db:
            db.insert_multiple([{"n": 1}, {"n": 2}])
            db.remove(doc_ids=[2])
        with opener() as db:
            assert db.insert({"n": 3}) == 3

    def test_a_batch_is_one_write(self, opener):
        """Several tables change together, and what is pending can be read inside."""
        with opener() as db, db.batch():
            db.table("a").insert({"x": 1})
            db.table("b").insert({"y": 1})
            db.table("a").update({"x": 2}, where("x") == 1)
            assert db.table("a").get(where("x") == 2) is not None
            assert len(db.table("b")) == 1
        with opener() as db:
            assert (db.table("a").all(), db.table("b").all()) == ([{"x": 2}], [{"y": 1}])

    def test_a_failed_batch_leaves_no_trace(self, opener):
        """An exception takes back every table of the batch, also removals, truncation and drops."""
        with opener() as db:
            db.ensure_index("a", "x")
            _people(db.table("a"))
            _people(db.table("b"))
            before = [db.table(name).all() for name in "ab"]
            with pytest.raises(RuntimeError, match="stop"), db.batch():  # noqa: PT012
                db.table("a").remove(where("age") > 40)
                db.table("a").insert({"x": 9})
                db.table("a").update({"age": 0})
                db.table("b").truncate()
                db.table("b").insert({"only": 1})
                db.drop_table("a")
                db.table("a").insert({"x": 10})
                db.table("new").insert({})
                raise RuntimeError("stop")
            assert [db.table(name).all() for name in "ab"] == before
            assert "new" not in db.tables()
            assert db.table("a").search(where("x") == 9) == []
            assert db.table("a").insert({}) == 4
        with opener() as db:
            assert db.table("a").all() == [*before[0], {}]

    def test_an_inner_batch_can_fail_alone(self, opener):
        """A caught failure inside takes back only its own part."""
        with opener() as db:
            with db.batch():
                db.insert({"keep": 1})
                with pytest.raises(KeyError), db.batch():  # noqa: PT012
                    db.insert({"lose": 1})
                    raise KeyError
                db.insert({"keep": 2})
            assert db.all() == [{"keep": 1}, {"keep": 2}]
        with opener() as db:
            assert db.all() == [{"keep": 1}, {"keep": 2}]

    def test_a_stock_table_on_the_same_storage_works(self, opener):
        """Code that uses TinyDB's storage interface directly writes the same store."""
        with opener() as db:
            stock = Table(db.storage, "people")
            _people(stock)
            stock.remove(where("age") == 50)
            assert [doc["age"] for doc in db.table("people")] == [40, 60]
        with opener() as db:
            assert [doc["age"] for doc in db.table("people")] == [40, 60]

    def test_an_index_knows_equal_values(self, db):
        """1, 1.0 and True are equal for a query, with an index as without; an enum equals its text."""

        class Kind(StrEnum):
            A = "a"

        values = [1, 1.0, True, "1", None, "a", [1], {"x": 1}]
        db.insert_multiple({"v": value} for value in values)
        plain = {repr(v): [doc.doc_id for doc in db.search(where("v") == v)] for v in [*values, Kind.A]}
        db.ensure_index("_default", "v")
        for value in [*values, Kind.A]:
            assert [doc.doc_id for doc in db.search(where("v") == value)] == plain[repr(value)]

    def test_used_after_closing(self, opener):
        """A closed store says that it is closed."""
        db = opener()
        db.insert({"a": 1})
        db.close()
        for act in (lambda: db.insert({}), lambda: db.all(), lambda: len(db), lambda: db.get(doc_id=1)):
            with pytest.raises(StoreError) as error:
                act()
            assert error.value.code == "store_closed"
        db.close()


class TestNativeStore(StoreContract):
    @pytest.fixture
    def opener(self, tmp_path) -> Opener:
        return lambda: open_database(tmp_path / "store", KEY)


class TestFakeStore(StoreContract):
    @pytest.fixture
    def opener(self) -> Opener:
        disk = Disk()
        return lambda: open_database(FakeFolder(disk), KEY, crypto=CRYPTO)


class TestPoolStore(StoreContract):
    @pytest.fixture
    def opener(self) -> Opener:
        disk = Disk()
        return lambda: open_database(PoolFolder(list(pool_handles(disk))), KEY, crypto=CRYPTO)
