/* A page that several people work on at once (data-nn-live): every two seconds it asks what others changed and htmx puts the
   parts in by their ids. What somebody is typing is never replaced: a part with a field that has the focus, or text not yet
   saved, waits, and so does one that was refused: what comes back with the refusal is not saved, though it stands in the
   fields as if it had always been there. Where another device saved another text meanwhile (data-nn-both) both are shown.
   Hidden pages do not ask; without a network it asks less and less often, and says so. */
(() => {
  "use strict";
  const live = document.querySelector("[data-nn-live]");
  if (!live || !window.htmx) return;
  const USUAL = 2000, LONGEST = 30000;
  let timer = null, failures = 0, waiting = 0, writes = 0, seen = 0, putting = false, over = false;
  let behind = false; /* a part was kept back: the next answer must bring all */
  const failed = live.querySelector("[data-nn-live-failed]");
  const FIELDS = "textarea, select, input:not([type=hidden]):not([type=checkbox]):not([type=radio])";

  function revision() { return document.getElementById("ban-so"); }
  function changed(field) {
    if (field.options) {
      const first = [...field.options].findIndex((option) => option.defaultSelected);
      return field.selectedIndex !== Math.max(first, 0);
    }
    return field.value !== field.defaultValue;
  }
  function refused(part) { return part.querySelector("[data-nn-refused]") !== null; }
  function touched(part) {
    return refused(part) || [...part.querySelectorAll(FIELDS)].some((field) => {
      return field === document.activeElement || changed(field);
    });
  }

  /* Asking */
  function plan(delay) {
    clearTimeout(timer);
    if (!over) timer = setTimeout(ask, delay);
  }
  function ask() {
    if (document.hidden) return; /* visibilitychange asks again */
    if (waiting > 0) plan(300);
    else htmx.trigger(live, "nn-poll");
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden) plan(0); });
  addEventListener("online", () => { failures = 0; plan(0); });

  live.addEventListener("htmx:configRequest", (event) => {
    event.detail.parameters = { tu: behind && !kept() ? "" : revision().getAttribute("data-nn-revision") };
    behind = event.detail.parameters.tu !== "" && behind;
  });
  function kept() {
    return [...document.querySelectorAll("[data-nn-kept]")].some(touched);
  }
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt === live) seen = writes;
    else { waiting += 1; writes += 1; }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== live) { waiting = Math.max(0, waiting - 1); plan(300); return; }
    putting = false;
    failures = event.detail.successful || event.detail.xhr.status === 204 ? 0 : failures + 1;
    const delay = Math.min(LONGEST, USUAL * Math.pow(2, failures));
    failed.hidden = failures === 0;
    if (failures) failed.textContent = failed.getAttribute("data-nn-live-failed").replace("#", Math.round(delay / 1000));
    over = revision().hasAttribute("data-nn-over");
    plan(failures ? delay : USUAL);
  });
  /* It says itself what failed: no notice on top of the page */
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) => {
    live.addEventListener(name, (event) => { event.stopPropagation(); });
  });

  /* Putting in: an answer that is older than what was tapped here meanwhile is thrown away, the next one brings all */
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.elt !== live) return;
    if (waiting > 0 || writes !== seen) { event.detail.shouldSwap = false; return; }
    putting = true;
  });
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (!putting) return;
    const part = event.detail.target;
    if (touched(part)) {
      event.detail.shouldSwap = false;
      behind = true;
      part.setAttribute("data-nn-kept", "");
      compare(part, event.detail.fragment);
      return;
    }
    remember(part);
  });
  /* By id: another device may have put a row in front. What has no id begins anew. */
  function remember(part) {
    const focus = part.contains(document.activeElement) && document.activeElement.id;
    const open = [...part.querySelectorAll("details[open][id]")].map((fold) => fold.id);
    const checks = [...part.querySelectorAll("[type=checkbox][id]")].map((box) => [box.id, box.checked]);
    setTimeout(() => {
      open.forEach((id) => set(id, "open", true));
      checks.forEach(([id, checked]) => set(id, "checked", checked));
      const field = focus && document.getElementById(focus);
      if (field && document.activeElement === document.body) field.focus({ preventScroll: true });
    }, 0);
  }
  function set(id, property, value) {
    const found = document.getElementById(id);
    if (found) found[property] = value;
  }

  /* Two texts of one note */
  function compare(part, fragment) {
    const own = part.querySelector("textarea");
    const fresh = fragment.querySelector ? fragment.querySelector("[data-nn-both]") : null;
    if (!own || !part.hasAttribute("data-nn-both")) return;
    const moved = part.querySelector("[data-nn-moved]");
    const elsewhere = !fresh || fresh.getAttribute("data-nn-both") !== part.getAttribute("data-nn-both");
    if (moved) moved.hidden = !elsewhere;
    if (elsewhere) return;
    const theirs = fresh.querySelector("textarea"), version = fresh.querySelector("[data-nn-version]");
    const known = part.querySelector("[data-nn-version]");
    if (!theirs || !version || version.value === known.value) return;
    if (theirs.value === own.value) { own.defaultValue = theirs.value; known.value = version.value; return; }
    const notice = part.querySelector("[data-nn-other]");
    notice.hidden = false;
    notice.nnVersion = version.value;
    notice.nnText = theirs.value;
    notice.querySelector("[data-nn-other-text]").textContent = theirs.value;
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-nn-take]");
    if (!button) return;
    const notice = button.closest("[data-nn-other]"), part = button.closest("[data-nn-both]");
    const area = part.querySelector("textarea"), choice = button.getAttribute("data-nn-take");
    if (choice === "other") area.value = notice.nnText;
    if (choice === "both") area.value = notice.nnText + "\n" + area.value;
    area.defaultValue = notice.nnText;
    part.querySelector("[data-nn-version]").value = notice.nnVersion;
    const before = part.querySelector("[data-nn-before]"); /* what stands there now was chosen, even where nobody typed it */
    if (before) before.value = "-";
    notice.hidden = true;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  });

  /* Enter in a line of the room presses the button of that line, not the first one of the page */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input[form]")) return;
    const part = event.target.closest("section");
    const button = part && [...part.querySelectorAll("button[hx-params]")].find((one) => {
      return one.getAttribute("hx-params").split(",").indexOf(event.target.name) >= 0;
    });
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  plan(USUAL);
})();
