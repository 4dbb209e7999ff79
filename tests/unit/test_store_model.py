"""Any sequence of operations, restarts and crashes leaves the database equal to a plain dict."""

from __future__ import annotations

import copy

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tinydb import where
from tinydb.table import Document

from app.platform.native.crypto import NativeCrypto
from app.store import compaction, journal, open_database
from tests.contracts.fake_device import Disk, FakeFolder

KEY, CRYPTO = b"k" * 32, NativeCrypto()
NAMES = st.sampled_from(["a", "b", "household"])
KINDS = st.integers(0, 4)
TEXT = st.text(max_size=60).filter(lambda text: text.isprintable())
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXT
)
Model = dict[str, dict[int, dict[str, object]]]


class StopError(Exception):
    """Thrown inside a batch to take it back."""


class StoreMachine(RuleBasedStateMachine):
    """The model is {table: {document id: document}}; segments are tiny, so compaction happens."""

    @initialize()
    def start(self) -> None:
        self.sizes = journal.SEGMENT_SIZE, compaction.SEGMENT_SIZE
        journal.SEGMENT_SIZE = compaction.SEGMENT_SIZE = 700
        self.disk, self.model = Disk(), {}
        self.open()

    def teardown(self) -> None:
        self.db.close()
        journal.SEGMENT_SIZE, compaction.SEGMENT_SIZE = self.sizes

    def open(self) -> None:
        self.db = open_database(FakeFolder(self.disk), KEY, crypto=CRYPTO, steps=())
        self.db.ensure_index("a", "kind")
        self.db.ensure_index("household", "value")

    @rule(name=NAMES, kind=KINDS, value=VALUES)
    def insert(self, name, kind, value):
        document = {"kind": kind, "value": value}
        doc_id = self.db.table(name).insert(document)
        table = self.model.setdefault(name, {})
        assert doc_id not in table
        table[doc_id] = document

    @rule(name=NAMES, doc_id=st.integers(1, 12), value=VALUES)
    def upsert_with_id(self, name, doc_id, value):
        document = {"value": value}
        assert self.db.table(name).upsert(Document(document, doc_id)) == [doc_id]
        self.model.setdefault(name, {}).setdefault(doc_id, {}).update(document)

    @rule(name=NAMES, kind=KINDS, value=VALUES)
    def update(self, name, kind, value):
        updated = self.db.table(name).update({"value": value}, where("kind") == kind)
        table = self.model.setdefault(name, {})
        assert updated == [i for i, doc in sorted(table.items()) if doc.get("kind") == kind]
        for doc_id in updated:
            table[doc_id]["value"] = value

    @rule(name=NAMES, kind=KINDS)
    def remove(self, name, kind):
        removed = self.db.table(name).remove(where("kind") == kind)
        table = self.model.setdefault(name, {})
        assert removed == [i for i, doc in sorted(table.items()) if doc.get("kind") == kind]
        for doc_id in removed:
            del table[doc_id]

    @rule(name=NAMES)
    def truncate(self, name):
        self.db.table(name).truncate()
        self.model[name] = {}

    @rule(name=NAMES)
    def drop(self, name):
        self.db.drop_table(name)
        self.model.pop(name, None)

    @rule(first=NAMES, second=NAMES, kind=KINDS, keep=st.booleans(), clear=st.booleans())
    def batch(self, first, second, kind, keep, clear):
        before = copy.deepcopy(self.model)
        try:
            with self.db.batch():
                self.insert(first, kind, "batch")
                if clear:
                    self.truncate(second)
                self.update(second, kind, "changed")
                self.remove(first, (kind + 1) % 5)
                if not keep:
                    raise StopError
        except StopError:
            self.model = before

    @rule()
    def compact(self):
        self.db.compact_step()

    @rule(kept=st.sampled_from(["closed", "written", "flushed", "torn"]))
    def restart(self, kept):
        if kept == "closed":
            self.db.close()
        else:
            self.disk = self.disk.after_power_loss(kept)
        self.open()
        assert self.db.reports == []

    @invariant()
    def equal(self):
        if not hasattr(self, "db"):
            return
        assert self.db.tables() == set(self.model)
        for name, documents in self.model.items():
            assert [(doc.doc_id, doc) for doc in self.db.table(name)] == sorted(documents.items())
            for kind in range(5):
                found = [doc.doc_id for doc in self.db.table(name).search(where("kind") == kind)]
                assert found == [i for i, doc in sorted(documents.items()) if doc.get("kind") == kind]


TestStoreModel = StoreMachine.TestCase
TestStoreModel.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
