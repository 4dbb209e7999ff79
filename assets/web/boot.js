// Opens the app: checks the browser, keeps the site on the phone, starts Python and Flutter side by side,
// and passes word of updates between the service worker and the app (which runs in a worker of its own).
(() => {
  const $ = (id) => document.getElementById(id);
  const page = crypto.randomUUID?.() ?? String(Math.random());
  const TEXTS = {
    opening: "正在打开…",
    first: "正在准备，首次打开约需十几秒",
    starting: "马上就好…",
    insecure: ["这个地址不安全，手机不让保存数据。", "请用 https 开头的地址打开，或向单位要正确的地址。"],
    browser: ["这个浏览器版本太旧，用不了暖访。", "请更新浏览器，或换用新版 Chrome、Edge、Safari、华为浏览器。"],
    storage: ["浏览器不让暖访在手机上保存数据。", "请退出无痕（隐私）模式，并检查手机剩余空间。"],
    download: ["下载没有完成。", "第一次打开需要网络，请到有信号的地方再试。已下载的部分不会浪费。"],
    crash: ["暖访没能启动。", "手机里的走访记录还在。请再试一次；还不行，请把下面的文字发给管理员。"],
  };

  function say(text, detail = "", part = null) {
    $("says").textContent = text;
    $("detail").textContent = detail;
    if (part !== null) $("bar").firstElementChild.style.width = `${Math.round(4 + 96 * part)}%`;
  }

  function stop(kind, why = "") {
    const [text, advice] = TEXTS[kind];
    console.error(`nuanfang: ${kind} ${why}`);
    $("loading").classList.remove("gone");
    $("loading").dataset.problem = kind;
    say(text, advice + (kind === "crash" ? ` ${why}` : ""));
    $("bar").hidden = true;
    $("again").hidden = false;
    $("again").onclick = () => location.reload();
  }

  class Stop extends Error {
    constructor(kind, why = "") {
      super(why);
      this.kind = kind;
    }
  }

  // The same questions as Flutter's loader asks, so that only the renderer in use is downloaded.
  function flavour() {
    const blink = navigator.vendor === "Google Inc." || navigator.userAgent.includes("Edg/");
    const codecs = typeof ImageDecoder !== "undefined" && blink;
    const breaks = typeof Intl.v8BreakIterator !== "undefined" && typeof Intl.Segmenter !== "undefined";
    const gc = WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 95, 1, 120, 0]));
    const canvas = document.createElement("canvas");
    const gl = canvas.getContext("webgl2") || canvas.getContext("webgl");
    if (blink && gc && gl) return codecs && breaks ? "skwasm" : "skwasm_heavy";
    return codecs && breaks ? "chromium" : "canvaskit";
  }

  // A film of 200 MB, picked by mistake, would be copied into the worker whole and hang the app. A note of its
  // size goes instead, which app/photos/pipeline.py knows and says in words.
  const MOST_BYTES = 40 * 1024 * 1024;
  function lighten({ target }) {
    const files = [...(target.files ?? [])];
    if (!files.some((file) => file.size > MOST_BYTES)) return;
    const carried = new DataTransfer();
    for (const file of files) {
      const large = file.size > MOST_BYTES;
      carried.items.add(large ? new File([`nuanfang:too-large:${file.size}`], file.name) : file);
    }
    target.files = carried.files;
  }
  // Flutter's picker is an input outside the document: only its own click tells of it.
  const click = HTMLInputElement.prototype.click;
  HTMLInputElement.prototype.click = function () {
    if (this.type === "file") this.addEventListener("change", lighten, { capture: true, once: true });
    return click.call(this);
  };

  async function checkBrowser() {
    if (!window.isSecureContext) throw new Stop("insecure");
    if (!("serviceWorker" in navigator) || !("indexedDB" in window) || !window.WebAssembly) throw new Stop("browser");
    const answer = new Promise((resolve) => {
      const worker = new Worker("probe.js", { type: "module" });
      worker.onmessage = (event) => { worker.terminate(); resolve(event.data); };
      worker.onerror = () => resolve("browser");
      setTimeout(() => resolve("browser"), 10000);
    });
    const missing = await answer;
    if (missing) throw new Stop(missing);
  }

  const controlled = () => new Promise((resolve) => {
    if (navigator.serviceWorker.controller) return resolve();
    navigator.serviceWorker.addEventListener("controllerchange", () => resolve(), { once: true });
  });

  function progress({ done, total }) {
    if ($("loading").dataset.problem) return; // other files may still come in after one has failed
    const mb = (bytes) => (bytes / 1e6).toFixed(0);
    say(TEXTS.first, `已下载 ${mb(done)} / ${mb(total)} MB，以后没有网络也能打开`, 0.8 * done / total);
  }

  async function keepSite() {
    const register = () => navigator.serviceWorker.register(`sw.js?flavour=${flavour()}`, { updateViaCache: "none" });
    if (navigator.serviceWorker.controller) {
      register().catch(() => {}); // looks for an update; no network is no problem
      return;
    }
    say(TEXTS.first, "", 0);
    const registration = await register().catch((error) => { throw new Stop("download", error); });
    const worker = registration.installing;
    await new Promise((resolve, reject) => {
      worker?.addEventListener("statechange", () => {
        if (worker.state === "redundant") reject(new Stop("download", "redundant"));
      });
      // A reload that skips the cache leaves the page without its service worker: ask for it back.
      registration.active?.postMessage({ type: "claim" });
      controlled().then(resolve);
    });
  }

  function ask(type) {
    return new Promise((resolve) => {
      const worker = navigator.serviceWorker.controller;
      if (!worker) return resolve(null);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = (event) => resolve(event.data);
      setTimeout(() => resolve(null), 5000);
      worker.postMessage({ type }, [port2]);
    });
  }

  // Between this page and its Python worker. The name holds the page's id: other tabs do not listen.
  const app = new BroadcastChannel(`nuanfang-${page}`);
  async function tellUpdate() {
    const status = await ask("status");
    if (status) app.postMessage({ type: "update", waiting: status.serving !== status.ready, version: status.ready });
  }
  async function update() {
    await ask("switch");
    location.reload();
  }
  app.onmessage = ({ data }) => {
    if (data.type === "ask-update") tellUpdate();
    if (data.type === "apply-update") update();
    if (data.type === "ready") opened();
  };
  new BroadcastChannel("nuanfang-sw").onmessage = ({ data }) => {
    if (data.type === "progress" && !navigator.serviceWorker.controller) progress(data);
    if (data.type === "update") tellUpdate();
  };

  function opened() {
    if ($("loading").dataset.problem) return;
    performance.mark("nuanfang-opened");
    $("loading").classList.add("gone");
    setTimeout(() => $("loading").hidden = true, 400);
  }

  // Python begins to load at once, beside Flutter; python.js takes this worker, or makes another one later.
  function startWorker() {
    const worker = new Worker(`${flet.entrypointBaseUrl}python-worker.js`, { type: "module" });
    worker.postMessage({ nuanfangStart: flet.pyodideUrl, page });
    return worker;
  }

  function start() {
    say(TEXTS.starting, "", 0.85);
    globalThis.nuanfangWorker = startWorker();
    const connect = globalThis.jsConnect;
    globalThis.jsConnect = (id, args, receive) => {
      let messages = 0;
      // The app says "ready" itself. If it does not: its first message is a greeting, its second a screen.
      const heard = (data) => { receive(data); if (++messages === 2) setTimeout(opened, 1200); };
      return connect(id, args, heard).catch((error) => { stop("crash", String(error).slice(-600)); throw error; });
    };
    window.addEventListener("flutter-first-frame", () => say(TEXTS.starting, "", 0.95), { once: true });
    const script = document.createElement("script");
    script.src = "flutter_bootstrap.js";
    script.onerror = () => stop("download", "flutter_bootstrap.js");
    document.body.append(script);
  }

  async function open() {
    await checkBrowser();
    await keepSite();
    // Ask the browser not to clear our data when space runs low. Only a page may ask.
    const kept = await navigator.storage.persist?.().catch(() => false);
    console.info(`nuanfang: storage ${kept ? "persistent" : "best effort"}`);
    start();
  }

  window.nuanfang = { page, startWorker, update, status: () => ask("status"), flavour };
  // WebKit restores a page from its back/forward cache with a frozen picture: start again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && navigator.vendor.startsWith("Apple")) location.reload();
  });
  open().catch((error) => stop(error.kind ?? "crash", error.message));
})();
