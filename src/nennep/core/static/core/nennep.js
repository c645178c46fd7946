/* Nền Nếp: small comforts. Every page works without this file.
   data-nn-draft="key"   on a textarea: what is typed is kept on this device until it was sent
   data-nn-keep          on a form or around it: after the post the page opens at the same place
   data-nn-reveal="id"   button that shows and hides a password     data-nn-step="1"  button of a stepper
   data-nn-passkey       shown only where the device knows fingerprints or faces; data-nn-no-passkey only where not
   data-nn-signout       form that signs out: drafts on this device are forgotten
   data-nn-slow="words"  link to a file that takes long to make: the words stand below it until the file has come
   data-nn-copy="id"     button that shares the words of that element, or copies them and then says data-nn-words
   data-nn-row           number field of a row: j, k and the arrows go to the one of the next row, of the row before
   data-nn-print         button that prints                         data-nn-focus     takes the focus when the page opens
   .nn-tap               a long press opens the .nn-more beside it; aria-busy until its answer has come
   data-nn-next          in a .nn-tap: the state that the next tap asks for */
(() => {
  "use strict";
  const root = document.documentElement;
  const words = document.getElementById("nn-words");
  const WEEK = 7 * 24 * 3600 * 1000;

  function each(selector, action, within) {
    [...(within || document).querySelectorAll(selector)].forEach(action);
  }
  function on(name, selector, action) {
    document.addEventListener(name, (event) => {
      const found = event.target.closest && event.target.closest(selector);
      if (found) action(found, event);
    });
  }
  function read(store, key) {
    try { return JSON.parse(store.getItem(key)); } catch (error) { return null; }
  }
  function write(store, key, value) {
    try { store.setItem(key, JSON.stringify(value)); } catch (error) { /* full or forbidden: the page works without */ }
  }

  /* Drafts: per person, so that two people on one device do not see each other's. */
  const person = document.body.getAttribute("data-nn-person") || "";
  function draftKey(area) {
    return "nn-draft:" + person + ":" + (area.getAttribute("data-nn-draft") || location.pathname + ":" + area.name);
  }
  function dropDrafts(wanted) {
    try {
      Object.keys(localStorage).forEach((key) => {
        if (key.indexOf("nn-draft:") === 0 && wanted(read(localStorage, key) || {})) localStorage.removeItem(key);
      });
    } catch (error) { /* storage is forbidden: there are no drafts */ }
  }
  function takeDraft(area) {
    const draft = read(localStorage, draftKey(area));
    if (!draft || draft.text === area.value) return;
    if (area.value.includes(draft.text.trim())) { /* saved, among other words too, or given back by a refusal */
      if (!document.querySelector("[data-nn-refused]")) localStorage.removeItem(draftKey(area));
      return;
    }
    if (area.value && area.value !== draft.before) { /* somebody wrote something newer: it stays, and the draft is offered */
      offer(area, "data-draft-beside", "data-add", () => { area.value += "\n" + draft.text; });
      return;
    }
    area.value = draft.text;
    offer(area, "data-draft", "data-undo", () => {
      area.value = area.defaultValue;
      localStorage.removeItem(draftKey(area));
    });
  }
  function offer(area, said, called, act) {
    if (!words) return;
    const line = document.createElement("p"), button = document.createElement("button");
    line.className = "nn-meta";
    line.textContent = words.getAttribute(said) + " ";
    button.type = "button";
    button.className = "nn-link";
    button.textContent = words.getAttribute(called);
    button.addEventListener("click", () => {
      act();
      line.remove();
      area.focus();
    });
    line.appendChild(button);
    area.insertAdjacentElement("afterend", line);
  }
  on("input", "textarea[data-nn-draft]", (area) => {
    clearTimeout(area.nnTimer);
    area.nnTimer = setTimeout(() => {
      write(localStorage, draftKey(area), { text: area.value, before: area.defaultValue, at: Date.now() });
    }, 300);
  });
  on("change", "textarea[data-nn-draft]", (area) => { /* it is left: what is pressed next may take the page away */
    clearTimeout(area.nnTimer);
    if (area.value !== area.defaultValue) {
      write(localStorage, draftKey(area), { text: area.value, before: area.defaultValue, at: Date.now() });
    }
  });
  function markSent(form) {
    each("textarea[data-nn-draft]", (area) => {
      clearTimeout(area.nnTimer);
      if (area.value !== area.defaultValue) {
        write(localStorage, draftKey(area), { text: area.value, before: area.defaultValue, at: Date.now(), sent: true });
      }
    }, form);
  }

  /* What stands in the other forms of a page when one is sent: it stands there again when the page opens the next time. */
  const HOURS = 2 * 3600 * 1000;
  function othersKey() { return "nn-others:" + person + ":" + location.pathname; }
  function nameOfForm(form) {
    const hidden = [...form.elements].filter((field) => field.type === "hidden" && field.name !== "csrfmiddlewaretoken");
    return [form.getAttribute("action") || "", ...hidden.map((field) => field.name + "=" + field.value)].join(" ");
  }
  function isTyped(field) {
    return field.name && field.matches("input:not([type=hidden], [type=file], [type=password]), select, textarea");
  }
  function before(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.defaultChecked;
    if (!field.options) return field.defaultValue;
    const chosen = [...field.options].find((option) => option.defaultSelected) || field.options[0];
    return chosen ? chosen.value : "";
  }
  function isTicked(field) { return field.type === "checkbox" || field.type === "radio"; }
  function current(field) { return isTicked(field) ? field.checked : field.value; }
  function keepOthers(sent) {
    const kept = [];
    each("main form", (form) => {
      if (form === sent) return;
      [...form.elements].filter((field) => isTyped(field) && current(field) !== before(field)).forEach((field) => {
        kept.push({ form: nameOfForm(form), name: field.name, tick: isTicked(field) && field.value, now: current(field) });
      });
    });
    if (kept.length) write(sessionStorage, othersKey(), { kept: kept, at: Date.now() });
  }
  function putOthersBack() {
    const found = read(sessionStorage, othersKey());
    if (!found) return;
    try { sessionStorage.removeItem(othersKey()); } catch (error) { return; }
    if (!(Date.now() - found.at < HOURS)) return;
    each("main form", (form) => {
      const name = nameOfForm(form);
      [...form.elements].filter(isTyped).forEach((field) => {
        const one = found.kept.find((row) => row.form === name && row.name === field.name
          && row.tick === (isTicked(field) && field.value));
        if (!one || current(field) !== before(field)) return;
        if (isTicked(field)) field.checked = one.now; else field.value = one.now;
      });
    });
  }
  function forgetOthers() {
    try {
      Object.keys(sessionStorage).filter((key) => key.indexOf("nn-others:") === 0).forEach((key) => { sessionStorage.removeItem(key); });
    } catch (error) { /* storage is forbidden: nothing was kept */ }
  }

  /* Forms */
  function sendWhenSaved(form, button, event) {
    /* What saves by itself is under way: sent now, it would meet its own newer version. */
    event.preventDefault();
    form.addEventListener("htmx:afterRequest", () => { setTimeout(() => { form.requestSubmit(button); }, 50); }, { once: true });
  }
  on("submit", "form", (form, event) => {
    if (form.matches("[hx-trigger].htmx-request")) {
      sendWhenSaved(form, event.submitter, event);
      return;
    }
    form.nnLeaves = form.matches("[hx-trigger]");
    markSent(form);
    keepOthers(form);
    if (form.hasAttribute("data-nn-signout")) { dropDrafts(() => true); forgetOthers(); }
    if (form.closest("[data-nn-keep]")) write(sessionStorage, "nn-place", { path: location.pathname, y: scrollY });
  });
  on("htmx:beforeRequest", "form[hx-trigger]", (form, event) => { if (form.nnLeaves) event.preventDefault(); });
  addEventListener("pageshow", () => { each("form[hx-trigger]", (form) => { form.nnLeaves = false; }, document); });
  on("click", "[data-nn-reveal]", (button) => {
    const input = document.getElementById(button.getAttribute("data-nn-reveal"));
    const label = button.textContent;
    input.type = input.type === "password" ? "text" : "password";
    button.textContent = button.getAttribute("data-nn-words");
    button.setAttribute("data-nn-words", label);
    input.focus();
  });
  on("click", "[data-nn-step]", (button) => {
    const input = button.parentNode.querySelector("input");
    const limit = (name, own) => input.getAttribute(name) || own;
    const step = parseFloat(limit("data-nn-by", input.step)) || 1;
    let value = (parseFloat(String(input.value).replace(",", ".")) || 0) + step * Number(button.getAttribute("data-nn-step"));
    const least = limit("data-nn-min", input.min), most = limit("data-nn-max", input.max);
    if (least !== "") value = Math.max(value, Number(least));
    if (most !== "") value = Math.min(value, Number(most));
    const said = String(Math.round(value * 1000) / 1000);
    input.value = input.type !== "number" && document.documentElement.lang === "vi" ? said.replace(".", ",") : said;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  const goToRow = (row, event) => {
    event.preventDefault();
    if (row) { row.focus(); row.select(); row.scrollIntoView({ block: "center" }); }
  };
  on("keydown", "[data-nn-row]", (input, event) => {
    const way = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
    const all = [...document.querySelectorAll("[data-nn-row]")];
    goToRow(all[all.indexOf(input) + way], event);
  });
  /* Outside of any field j and k lead to the rows too: the next one from where the page stands; arrows scroll as ever */
  on("keydown", "body", (_body, event) => {
    if (!["j", "k"].includes(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.matches("input, textarea, select, [contenteditable]")) return;
    const all = [...document.querySelectorAll("[data-nn-row]")];
    const below = all.findIndex((row) => row.getBoundingClientRect().top >= 0);
    const following = below < 0 ? all.length : below;
    if (all.length) goToRow(event.key === "j" ? all[Math.min(following, all.length - 1)] : all[Math.max(following - 1, 0)], event);
  });
  on("focusin", "[data-nn-row]", (input) => { input.select(); });
  on("click", "[data-nn-print]", () => { print(); });

  /* Words for another program: shared where the device can, else copied; on plain http they are selected and copied as of old */
  function copyOfOld(element) {
    const range = document.createRange();
    range.selectNodeContents(element);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return document.execCommand("copy") ? Promise.resolve() : Promise.reject(new Error("not copied"));
  }
  on("click", "[data-nn-copy]", (button) => {
    const element = document.getElementById(button.getAttribute("data-nn-copy"));
    const text = element.innerText;
    if (navigator.share) { navigator.share({ text: text }).catch(() => { /* not sent: the words still stand there */ }); return; }
    const copied = navigator.clipboard ? navigator.clipboard.writeText(text).catch(() => copyOfOld(element)) : copyOfOld(element);
    copied.then(() => { button.textContent = button.getAttribute("data-nn-words"); }, () => { /* they stand selected */ });
  });

  /* A, A+, A++ without losing what stands in a form */
  on("click", "[data-nn-size-switch] button", (button, event) => {
    if (!window.fetch) return;
    event.preventDefault();
    const form = button.form;
    const data = new FormData(form);
    data.append("value", button.value);
    root.setAttribute("data-nn-size", button.value);
    each("button", (other) => { other.setAttribute("aria-pressed", String(other === button)); }, form);
    fetch(form.action, { method: "POST", body: data, redirect: "manual", credentials: "same-origin" }).catch(() => {});
  });

  /* The menu closes by Escape and by a tap beside it */
  document.addEventListener("click", (event) => {
    each("details.nn-menu[open]", (menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  on("keydown", "details.nn-menu[open]", (menu, event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  /* A long press opens the rarer states */
  let press = null;
  function stopPress() { clearTimeout(press); press = null; }
  on("pointerdown", ".nn-tap", (tap) => {
    const more = tap.closest("li") && tap.closest("li").querySelector(".nn-more");
    if (!more) return;
    stopPress();
    press = setTimeout(() => { press = null; tap.nnHeld = true; more.click(); }, 550);
  });
  ["pointerup", "pointercancel", "pointermove", "scroll"].forEach((name) => {
    document.addEventListener(name, (event) => {
      if (name !== "pointermove" || Math.abs(event.movementX) + Math.abs(event.movementY) > 6) stopPress();
    }, true);
  });
  document.addEventListener("click", (event) => {
    const tap = event.target.closest && event.target.closest(".nn-tap");
    if (!tap || !(tap.nnHeld || tap.hasAttribute("aria-busy"))) return;
    tap.nnHeld = false;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  /* A tap is under way at once, and until its answer has come another one on the same row does nothing; it asks for the state
     that stood next when it was seen, so that none is taken twice */
  on("click", ".nn-tap[hx-post]", (tap) => { if (window.htmx) tap.setAttribute("aria-busy", "true"); });
  on("htmx:configRequest", ".nn-tap", (tap, event) => {
    const mark = tap.querySelector("[data-nn-next]");
    if (mark) event.detail.parameters.muon = mark.getAttribute("data-nn-next");
  });
  on("htmx:afterRequest", ".nn-tap", (tap) => { tap.removeAttribute("aria-busy"); });
  on("contextmenu", ".nn-tap", (tap, event) => { event.preventDefault(); });

  /* allauth tells that the device or the person said no */
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    each("[data-nn-passkey-failed]", (note) => { note.hidden = false; });
  });

  /* The strip that says there is no network */
  function showNetwork() {
    const strip = document.getElementById("mat-mang");
    if (strip) strip.hidden = navigator.onLine !== false;
  }
  addEventListener("online", showNetwork);
  addEventListener("offline", showNetwork);

  /* What a new page, or a fragment that htmx put in, needs */
  function prepare(part) {
    each("[data-nn-reveal], [data-nn-step], [data-nn-print], [data-nn-copy]", (button) => { button.hidden = false; }, part);
    each("[data-nn-passkey], [data-nn-no-passkey]", (part) => {
      part.hidden = part.hasAttribute("data-nn-passkey") !== Boolean(window.PublicKeyCredential);
    }, part);
    each("textarea[data-nn-draft]", takeDraft, part);
    const first = part.querySelector("[data-nn-focus]");
    if (first) first.focus();
  }
  function asksToSignIn(xhr) {
    return words && xhr.responseURL && new URL(xhr.responseURL).pathname === words.getAttribute("data-login");
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest("form");
    if (form && event.detail.xhr.status >= 200 && event.detail.xhr.status < 400 && !asksToSignIn(event.detail.xhr)) {
      each("textarea[data-nn-draft]", (area) => { localStorage.removeItem(draftKey(area)); }, form);
    }
  });
  /* What htmx was refused is said on top of the page; a page that only asks to sign in again is opened whole */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const xhr = event.detail.xhr;
    if (asksToSignIn(xhr)) {
      event.detail.shouldSwap = false;
      location.reload();
    } else if (xhr.status >= 400 && xhr.getResponseHeader("HX-Retarget")) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) => {
    document.addEventListener(name, (event) => {
      const place = document.getElementById("loi-bao");
      if (!place || !words) return;
      const page = new DOMParser().parseFromString(event.detail.xhr.responseText || "", "text/html");
      const lede = event.detail.xhr.status < 500 && page.querySelector("main .nn-lede");
      const note = document.createElement("div");
      note.className = "nn-notice";
      note.setAttribute("data-kind", "stop");
      note.setAttribute("role", "alert");
      note.appendChild(document.createElement("p")).textContent = lede ? lede.textContent : words.getAttribute("data-failed");
      place.replaceChildren(note);
      scrollTo(0, 0);
    });
  });
  /* The answer brings the cookie with the number that the address had: then the file is there. */
  on("click", "a[data-nn-slow]", (link, event) => {
    if (link.hasAttribute("aria-busy")) return event.preventDefault();
    const number = String(Date.now());
    link.search = "?phieu=" + number;
    link.setAttribute("aria-busy", "true");
    const line = document.createElement("p");
    line.className = "nn-meta";
    line.setAttribute("role", "status");
    line.textContent = link.getAttribute("data-nn-slow");
    link.after(line);
    let looks = 400; /* two minutes: then it has failed, and may be asked for again */
    const clock = setInterval(() => {
      if (!document.cookie.includes("nn_phieu=" + number) && (looks -= 1) > 0) return;
      clearInterval(clock);
      link.removeAttribute("aria-busy");
      line.remove();
    }, 300);
  });
  /* A form that takes longer than two seconds says that it is under way, until the next page comes (or a file has, or it failed) */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (event.defaultPrevented || !words || !button || form.method === "dialog") return;
    const clock = setTimeout(() => {
      const line = document.createElement("p");
      line.className = "nn-meta";
      line.setAttribute("role", "status");
      line.textContent = words.getAttribute("data-slow");
      button.setAttribute("aria-busy", "true");
      button.after(line);
      const end = () => { button.removeAttribute("aria-busy"); line.remove(); };
      setTimeout(end, 60000);
      addEventListener("pagehide", end, { once: true });
    }, 2000);
    addEventListener("pagehide", () => clearTimeout(clock), { once: true });
  });
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt !== document.body) prepare(event.detail.elt);
  });

  const saved = document.querySelector("#loi-bao [data-kind=ok]");
  dropDrafts((draft) => (saved && draft.sent) || !(Date.now() - draft.at < WEEK));
  putOthersBack();
  prepare(document);
  showNetwork();
  const place = read(sessionStorage, "nn-place");
  if (place) {
    sessionStorage.removeItem("nn-place");
    if (place.path === location.pathname && !location.hash && !document.querySelector("[data-nn-focus]")) scrollTo(0, place.y);
  }
})();
