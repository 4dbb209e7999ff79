// Service worker of the browser edition. Keeps the whole site on the phone, so that it starts with no
// signal, and never changes the program under a running visit:
//   - a new version is downloaded beside the old one (only the files that changed cross the network);
//   - the old one goes on being served, also after a restart, until the page says "switch".
// The build fills in the two lines below.
const VERSION = "@@VERSION@@";
const FILES = /*@@FILES@@*/ {};

// Browsers differ in how they draw; each keeps only the renderer that it uses (see boot.js).
const FLAVOUR = new URL(self.location).searchParams.get("flavour") || "canvaskit";
const BASE = new URL("./", self.location).pathname;
const PREFIX = "nuanfang-";
const STATE = "nuanfang.state";
const channel = new BroadcastChannel("nuanfang-sw");

// Some servers do not know these endings, and the browser refuses modules of another type.
const TYPES = { mjs: "text/javascript", js: "text/javascript", wasm: "application/wasm", json: "application/json" };

const cacheName = (version) => PREFIX + version;
const wanted = () => Object.entries(FILES).filter(([, f]) => !f.for || f.for.includes(FLAVOUR));

let serving = null;

async function current() {
  if (serving) return serving;
  const state = await caches.open(STATE);
  const kept = await state.match("current");
  serving = kept ? await kept.text() : null;
  return serving;
}

async function serve(version) {
  const state = await caches.open(STATE);
  await state.put("current", new Response(version));
  serving = version;
}

/** Which file of which version lies in which cache: path → hash. */
async function inventory(name) {
  const cache = await caches.open(name);
  const list = await cache.match("__inventory__");
  return { cache, hashes: list ? await list.json() : {} };
}

async function keep(cache, path, older) {
  const file = FILES[path];
  if (await cache.match(path)) return; // an earlier attempt at this very version got that far
  for (const { cache: old, hashes } of older) {
    const same = hashes[path] === file.hash && (await old.match(path));
    if (same) {
      await cache.put(path, same);
      return;
    }
  }
  const response = await fetch(new Request(path, { cache: "no-cache" }));
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const headers = new Headers(response.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  const type = TYPES[path.split(".").pop()];
  if (type) headers.set("content-type", type);
  const body = await response.arrayBuffer();
  if (body.byteLength !== file.size) throw new Error(`${path}: ${body.byteLength} bytes, ${file.size} expected`);
  await cache.put(path, new Response(body, { headers }));
}

async function install() {
  const older = await Promise.all((await caches.keys()).filter((n) => n.startsWith(PREFIX)).map(inventory));
  const cache = await caches.open(cacheName(VERSION));
  const mine = wanted();
  const total = mine.reduce((sum, [, f]) => sum + f.size, 0);
  let done = 0;
  const queue = mine.slice().sort((a, b) => b[1].size - a[1].size);
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      await keep(cache, next[0], older);
      done += next[1].size;
      channel.postMessage({ type: "progress", done, total });
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  const hashes = Object.fromEntries(mine.map(([path, f]) => [path, f.hash]));
  await cache.put("__inventory__", new Response(JSON.stringify(hashes)));
  if (!(await current())) await serve(VERSION);
  // Harmless here: taking over does not change what is served.
  await self.skipWaiting();
}

async function tidy() {
  const stays = new Set([STATE, cacheName(VERSION), cacheName(await current())]);
  for (const name of await caches.keys()) {
    if (name.startsWith("nuanfang") && !stays.has(name)) await caches.delete(name);
  }
}

async function activate() {
  // The store of versions may have been cleared by the browser: then the new one is all there is.
  if (!(await caches.has(cacheName(await current())))) await serve(VERSION);
  await tidy();
  await self.clients.claim();
  if ((await current()) !== VERSION) channel.postMessage({ type: "update", version: VERSION });
}

async function answer(request) {
  const version = await current();
  const cache = await caches.open(cacheName(version || VERSION));
  const path = new URL(request.url).pathname.slice(BASE.length);
  const hit = await cache.match(path === "" || request.mode === "navigate" ? "index.html" : path);
  if (hit) return hit;
  try {
    return await fetch(request);
  } catch {
    return new Response("offline", { status: 504, statusText: "offline" });
  }
}

const orders = {
  claim: () => self.clients.claim(),
  status: async () => ({ serving: await current(), ready: VERSION }),
  switch: async () => {
    await serve(VERSION);
    await tidy();
    return { serving: VERSION, ready: VERSION };
  },
};

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  const order = orders[event.data?.type];
  if (order) event.waitUntil(order().then((result) => event.ports[0]?.postMessage(result ?? null)));
});
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours = url.origin === self.location.origin && url.pathname.startsWith(BASE);
  // Everything else (the registry's /v1) goes to the network untouched.
  if (ours && event.request.method === "GET") event.respondWith(answer(event.request));
});
