// What pages gain where scripts run. Everything works without: by links, forms and reloading.
"use strict";

(() => {
  const STREAM = "job";                // the name of the events that say how a job is
  const SPEAK_MILLIS = 5000;           // progress is read out no more often
  const TYPE_MILLIS = 250;             // a pause in typing after which the list is searched
  const CHORD_MILLIS = 1200;           // how long "g" waits for the second key
  const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
  const LAYERS = { WAITING: "waiting", RUNNING: "downloading", DONE: "done", REUSED: "was there" };
  const FINAL = ["SUCCEEDED", "FAILED", "CANCELLED"];

  const byId = (id) => document.getElementById(id);
  const main = byId("content");

  function bytes(size) {
    let unit = 0;
    while (size >= 999.5 && unit < UNITS.length - 1) {
      size /= 1024;
      unit += 1;
    }
    const digits = unit === 0 || size >= 99.95 || Number.isInteger(size) ? 0
      : size >= 9.995 || Number.isInteger(size * 10) ? 1 : 2;
    return size.toFixed(digits) + " " + UNITS[unit];
  }

  function setText(element, text) {
    if (element && element.textContent !== text) element.textContent = text;
  }

  function say(text) {
    setText(byId("live-state"), text);
  }

  // Bringing the page up to date: it is asked for again, and its live parts are put in the place of the old ones.

  async function fetchPage(url) {
    const answer = await fetch(url, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (answer.redirected && new URL(answer.url).pathname !== new URL(url, location.href).pathname) {
      location.assign(answer.url);
      throw new Error("moved");
    }
    if (!answer.ok) throw new Error("status " + answer.status);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  function isBusy(part) {
    const selection = getSelection();
    return part.querySelector("details[open]") !== null
      || (!selection.isCollapsed && part.contains(selection.anchorNode));
  }

  function placeOfFocus(part) {
    const focused = document.activeElement;
    if (!part.contains(focused)) return null;
    const attribute = focused.id ? "id" : "href";
    const value = focused.getAttribute(attribute);
    return value ? `[${attribute}="${CSS.escape(value)}"]` : null;
  }

  function swap(fresh) {
    for (const old of document.querySelectorAll(".live")) {
      const part = fresh.getElementById(old.id);
      if (!part || part.outerHTML === old.outerHTML || isBusy(old)) continue;
      const focus = placeOfFocus(old);
      old.replaceWith(document.adoptNode(part));
      if (focus) part.querySelector(focus)?.focus({ preventScroll: true });
    }
    const time = fresh.querySelector("footer time");
    if (time) document.querySelector("footer time").replaceWith(document.adoptNode(time));
  }

  let refreshing = false;

  async function refresh() {
    if (refreshing) return;
    refreshing = true;
    try {
      swap(await fetchPage(location.href));
      say("live");
    } catch {
      say("not up to date: the generator does not answer");
    } finally {
      refreshing = false;
    }
  }

  function refreshEvery(seconds) {
    if (seconds > 0) {
      setInterval(() => { if (!document.hidden) refresh(); }, seconds * 1000);
      document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
      say("live");
    }
  }

  // A job's progress, by Server-Sent Events.

  let before = null;                   // the last event and when it came, for the rate
  let rate = 0;
  let spoken = 0;

  const received = (layer) => layer.state === "REUSED" || layer.state === "DONE" ? layer.sizeBytes : layer.receivedBytes;
  const downloaded = (layers) => layers.filter((each) => each.state !== "REUSED").reduce((sum, each) => sum + each.receivedBytes, 0);

  function measure(layers) {
    const now = performance.now();
    const sum = downloaded(layers);
    if (before && now > before.at && sum >= before.sum) {
      const fresh = ((sum - before.sum) * 1000) / (now - before.at);
      rate = rate ? rate * 0.7 + fresh * 0.3 : fresh;
    }
    before = { at: now, sum };
  }

  function showLayer(layer) {
    const row = document.querySelector(`tr[data-layer="${Number(layer.number)}"]`);
    if (!row) return;
    const bar = row.querySelector("progress");
    bar.max = Math.max(1, layer.sizeBytes);
    bar.value = received(layer);
    const state = row.querySelector(".state");
    const word = LAYERS[layer.state];
    if (word) {
      state.className = "state layer-" + layer.state.toLowerCase();
      setText(state, word);
    }
  }

  function show(job) {
    const layers = job.layers || [];
    measure(layers);
    layers.forEach(showLayer);
    const whole = byId("whole");
    if (!whole) return;
    const size = layers.reduce((sum, each) => sum + each.sizeBytes, 0);
    const have = layers.reduce((sum, each) => sum + received(each), 0);
    whole.max = Math.max(1, size);
    whole.value = have;
    const percent = size > 0 ? Math.floor((100 * have) / size) : 100;
    const words = `${bytes(have)} of ${bytes(size)}, ${percent} %`;
    setText(byId("whole-words"), rate > 0 && have < size ? `${words}, ${bytes(rate)}/s` : words);
    if (Date.now() - spoken > SPEAK_MILLIS) {
      spoken = Date.now();
      const done = layers.filter((each) => each.state === "DONE" || each.state === "REUSED").length;
      setText(byId("spoken"), `${percent} percent, ${done} of ${layers.length} layers`);
    }
  }

  async function follow() {
    const address = byId("job")?.dataset.events;
    if (!address) return false;
    const stream = new EventSource(address);
    stream.addEventListener("open", () => say("live"));
    stream.addEventListener(STREAM, async (event) => {
      const job = JSON.parse(event.data);
      const part = byId("job");
      const layers = String((job.layers || []).length);
      if (FINAL.includes(job.state)) {
        stream.close();
        await refresh();
        setText(byId("spoken"), "The job has ended: " + document.querySelector("#job .state")?.textContent);
        say("");
      } else if (part.dataset.state !== job.state || part.dataset.layers !== layers) {
        await refresh();
      }
      show(job);
    });
    stream.addEventListener("error", () => {
      say("connecting again");
      if (stream.readyState === EventSource.CLOSED) refreshEvery(Number(main.dataset.refreshSeconds));
    });
    return true;
  }

  // Lists that are searched as one types.

  function filterAsTyped(form) {
    let timer;
    let asked = 0;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const query = new URLSearchParams(new FormData(form));
        for (const [name, value] of [...query]) if (!value) query.delete(name);
        const url = form.getAttribute("action") + (query.size ? "?" + query : "");
        asked += 1;
        const turn = asked;
        try {
          const fresh = await fetchPage(url);
          if (turn !== asked) return;
          history.replaceState(null, "", url);
          swap(fresh);
        } catch {
          form.requestSubmit();
        }
      }, TYPE_MILLIS);
    });
  }

  // Keys. They can be turned off, for those whose speech or hands would hit them by chance.

  const KEYS_OFF = "lamella-keys-off";
  let chord = 0;

  // Where nothing may be stored, the keys are on again on every page.
  function keysOff(off) {
    try {
      if (off === true) localStorage.setItem(KEYS_OFF, "yes");
      if (off === false) localStorage.removeItem(KEYS_OFF);
      return localStorage.getItem(KEYS_OFF) !== null;
    } catch {
      return false;
    }
  }

  function typing(target) {
    return target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
  }

  function moveRow(step) {
    const links = [...main.querySelectorAll("tbody th a, article h2 a, .map a")];
    if (links.length === 0) return;
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step));
    links[next].focus();
    links[next].scrollIntoView({ block: "nearest" });
  }

  function search() {
    const field = main.querySelector("[data-main-search]") || byId("find");
    field?.focus();
    field?.select();
  }

  function press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    const dialog = byId("keys");
    if (dialog.open) return;
    if (event.key !== "?" && keysOff()) return;
    const second = Date.now() - chord < CHORD_MILLIS;
    chord = 0;
    const link = second && /^[a-z]$/.test(event.key) ? document.querySelector(`nav a[data-key="${event.key}"]`) : null;
    const actions = {
      "?": () => dialog.showModal(),
      "/": search,
      g: () => { chord = Date.now(); },
      j: () => moveRow(1),
      k: () => moveRow(-1),
      r: refresh,
    };
    const action = link ? () => link.click() : second ? null : actions[event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  }

  function keys() {
    const open = byId("keys-open");
    open.hidden = false;
    open.addEventListener("click", () => byId("keys").showModal());
    const on = byId("keys-on");
    on.checked = !keysOff();
    on.addEventListener("change", () => keysOff(!on.checked));
    document.addEventListener("keydown", press);
  }

  keys();
  document.querySelector("nav [aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "center" });
  document.querySelectorAll("form[data-filter]").forEach(filterAsTyped);
  follow().then((follows) => { if (!follows) refreshEvery(Number(main.dataset.refreshSeconds)); });
})();
