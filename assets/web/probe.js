// Runs in a worker: does this browser have what the app cannot do without? Answers with what is missing.
async function missing() {
  if (!navigator.storage?.getDirectory) return "storage";
  if (typeof OffscreenCanvas === "undefined" || typeof createImageBitmap === "undefined") return "browser";
  const name = "probe-" + Math.random().toString(36).slice(2);
  try {
    const root = await navigator.storage.getDirectory();
    const file = await root.getFileHandle(name, { create: true });
    if (!file.createSyncAccessHandle) return "browser";
    const handle = await file.createSyncAccessHandle();
    handle.close();
    await root.removeEntry(name);
  } catch {
    return "storage"; // private windows refuse here
  }
  return "";
}
missing().then((what) => self.postMessage(what));
export {};
