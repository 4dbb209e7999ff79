"""Secrets in the browser: sealed by a WebCrypto key that no script can read out, kept in IndexedDB.

The key is made once per origin with ``extractable: false``; a copy of the database folder without the
browser's own key store opens nothing.
"""

from __future__ import annotations

from typing import Any

from pyodide.code import run_js
from pyodide.ffi import JsException, to_js

from app.platform.errors import PlatformError

_VAULT = """(() => {
  let opening;
  const open = () => opening ||= new Promise((ok, no) => {
    const request = indexedDB.open("nuanfang-secrets", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("kept");
    request.onsuccess = () => ok(request.result);
    request.onerror = () => no(request.error);
  });
  const run = async (mode, act) => {
    const db = await open();
    return new Promise((ok, no) => {
      const transaction = db.transaction("kept", mode, { durability: "strict" });
      const request = act(transaction.objectStore("kept"));
      transaction.oncomplete = () => ok(request.result);
      transaction.onabort = transaction.onerror = () => no(transaction.error || request.error);
    });
  };
  const read = (name) => run("readonly", (store) => store.get(name));
  const write = (name, value) => run("readwrite", (store) => store.put(value, name));
  const wrapping = async () => {
    let key = await read("key");
    if (!key) {
      const fresh = await crypto.subtle.generateKey(
        { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
      // add, not put: of two tabs that start together, the first one's key counts for both
      try { await run("readwrite", (store) => store.add(fresh, "key")); } catch (error) {
        if (error && error.name !== "ConstraintError") throw error;
      }
      key = await read("key");
    }
    return key;
  };
  const named = (iv, name) => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) });
  return {
    get: async (name) => {
      const kept = await read("secret:" + name);
      if (!kept) return null;
      return new Uint8Array(await crypto.subtle.decrypt(named(kept.iv, name), await wrapping(), kept.sealed));
    },
    put: async (name, value) => {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const sealed = await crypto.subtle.encrypt(named(iv, name), await wrapping(), value);
      await write("secret:" + name, { iv, sealed });
    },
    remove: (name) => run("readwrite", (store) => store.delete("secret:" + name)),
  };
})()"""


class BrowserSecrets:
    """Implements app.platform.ports.Secrets."""

    def __init__(self) -> None:
        self._vault: Any = run_js(_VAULT)

    async def get(self, name: str) -> bytes | None:
        """Raises PlatformError("secrets_unreadable") when the browser lost the wrapping key."""
        try:
            value = await self._vault.get(name)
        except JsException as error:
            raise PlatformError("secrets_unreadable", reason=str(error)) from error
        if value is None or not hasattr(value, "to_bytes"):
            return None
        data: bytes = value.to_bytes()
        return data

    async def put(self, name: str, value: bytes) -> None:
        try:
            await self._vault.put(name, to_js(value))
        except JsException as error:
            raise PlatformError("disk_full", reason=str(error)) from error

    async def delete(self, name: str) -> None:
        await self._vault.remove(name)
