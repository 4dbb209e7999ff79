"""Opening the app: the real composition on the native platform (S25)."""

import pytest
from fake_flet import FakeApp

from app.main import KEY_NAME, main
from app.platform.native.secrets import FileSecrets
from app.store import open_database
from sync.identity import SECRET_NAME

METHODS = {"get_connectivity": ["wifi"]}


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.setenv("FLET_APP_STORAGE_DATA", str(tmp_path))


def opened():
    return FakeApp(main, methods=METHODS, platform="linux")


async def test_a_new_phone_asks_for_its_code(tmp_path):
    """The first start makes the keys, keeps them, and asks for enrolment."""
    async with opened() as app:
        await app.settle(60)
        assert app.says("登记这台手机")
    secrets = FileSecrets(tmp_path / "secrets")
    assert len(await secrets.get(KEY_NAME) or b"") == 32
    assert len(await secrets.get(SECRET_NAME) or b"") == 80


async def test_the_keys_are_made_once(tmp_path):
    """A second start finds the same store and the same device."""
    kept = []
    for _ in range(2):
        async with opened() as app:
            await app.settle(60)
            assert app.says("登记这台手机")
        secrets = FileSecrets(tmp_path / "secrets")
        kept.append((await secrets.get(KEY_NAME), await secrets.get(SECRET_NAME)))
    assert kept[0] == kept[1]


async def test_a_second_window_says_so(tmp_path):
    """已在另一个窗口打开: no damage, and one can try again when the other is closed."""
    secrets = FileSecrets(tmp_path / "secrets")
    await secrets.put(KEY_NAME, bytes(32))
    other = open_database(tmp_path / "store", bytes(32))
    async with opened() as app:
        await app.settle(60)
        assert app.says("已在另一个窗口打开")
        other.close()
        await app.tap("再试一次")
        await app.settle(60)
        assert app.says("登记这台手机")


async def test_a_wrong_key_touches_nothing(tmp_path):
    """The store of another key is left as it is, and the code is there for the administrator."""
    open_database(tmp_path / "store", bytes(range(32))).close()
    before = {path.name: path.read_bytes() for path in (tmp_path / "store").iterdir()}
    async with opened() as app:
        await app.settle(60)
        assert app.says("没有打开成功")
        assert app.says("wrong_key")
    after = {path.name: path.read_bytes() for path in (tmp_path / "store").iterdir()}
    assert {k: v for k, v in after.items() if k != ".lock"} == {
        k: v for k, v in before.items() if k != ".lock"
    }


async def test_a_phone_keeps_its_keys_in_the_secure_storage(tmp_path):
    """On Android the keys go to the system's secure storage, and nowhere into the app's own folder."""
    kept = {}
    storage = {
        ("SecureStorage", "get"): lambda args: kept.get(args["key"]),
        ("SecureStorage", "set"): lambda args: kept.update({args["key"]: args["value"]}),
    }
    async with FakeApp(main, methods={**METHODS, **storage}) as app:
        await app.settle(60)
        assert app.says("登记这台手机")
    assert sorted(kept) == [f"nuanfang.{SECRET_NAME}", f"nuanfang.{KEY_NAME}"]
    assert not (tmp_path / "secrets").exists()


async def test_unreadable_secrets_are_no_reason_to_start_over(tmp_path):
    """A secure storage that fails is told; a new key would make the old store unreadable for ever."""

    def fail(_):
        raise RuntimeError("keystore locked")

    async with FakeApp(main, methods={**METHODS, ("SecureStorage", "get"): fail}) as app:
        await app.settle(60)
        assert app.says("secrets_unreadable")
    assert not (tmp_path / "store").exists()
