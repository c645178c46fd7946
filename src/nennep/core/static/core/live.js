/* A page that several people work on at once (data-nn-live): every two seconds it asks what others changed and htmx puts the
   parts in by their ids. What somebody is typing is never replaced: a part with a field that has the focus, or text not yet
   saved, waits; where another device saved another text meanwhile (data-nn-both) both are shown.
   Hidden pages do not ask; without a network it asks less and less often, and says so. */
(function () {
  "use strict";
  var live = document.querySelector("[data-nn-live]");
  if (!live || !window.htmx) return;
  var USUAL = 2000, LONGEST = 30000;
  var timer = null, failures = 0, waiting = 0, writes = 0, seen = 0, putting = false, behind = false, over = false;
  var failed = live.querySelector("[data-nn-live-failed]");
  var FIELDS = "textarea, select, input:not([type=hidden]):not([type=checkbox]):not([type=radio])";

  function revision() { return document.getElementById("ban-so"); }
  function changed(field) {
    if (field.options) {
      var first = Array.prototype.findIndex.call(field.options, function (option) { return option.defaultSelected; });
      return field.selectedIndex !== Math.max(first, 0);
    }
    return field.value !== field.defaultValue;
  }
  function touched(part) {
    return Array.prototype.some.call(part.querySelectorAll(FIELDS), function (field) {
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
  document.addEventListener("visibilitychange", function () { if (!document.hidden) plan(0); });
  addEventListener("online", function () { failures = 0; plan(0); });

  live.addEventListener("htmx:configRequest", function (event) {
    event.detail.parameters = { tu: behind && !kept() ? "" : revision().getAttribute("data-nn-revision") };
    behind = event.detail.parameters.tu !== "" && behind;
  });
  function kept() {
    return Array.prototype.some.call(document.querySelectorAll("[data-nn-kept]"), touched);
  }
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.elt === live) seen = writes;
    else { waiting += 1; writes += 1; }
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.elt !== live) { waiting = Math.max(0, waiting - 1); plan(300); return; }
    putting = false;
    failures = event.detail.successful || event.detail.xhr.status === 204 ? 0 : failures + 1;
    var delay = Math.min(LONGEST, USUAL * Math.pow(2, failures));
    failed.hidden = failures === 0;
    if (failures) failed.textContent = failed.getAttribute("data-nn-live-failed").replace("#", Math.round(delay / 1000));
    over = revision().hasAttribute("data-nn-over");
    plan(failures ? delay : USUAL);
  });
  /* It says itself what failed: no notice on top of the page */
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach(function (name) {
    live.addEventListener(name, function (event) { event.stopPropagation(); });
  });

  /* Putting in: an answer that is older than what was tapped here meanwhile is thrown away, the next one brings all */
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.elt !== live) return;
    if (waiting > 0 || writes !== seen) { event.detail.shouldSwap = false; return; }
    putting = true;
  });
  document.addEventListener("htmx:oobBeforeSwap", function (event) {
    if (!putting) return;
    var part = event.detail.target;
    if (touched(part)) {
      event.detail.shouldSwap = false;
      behind = true;
      part.setAttribute("data-nn-kept", "");
      compare(part, event.detail.fragment);
      return;
    }
    remember(part);
  });
  function remember(part) {
    var focus = part.contains(document.activeElement) && document.activeElement.id;
    var open = Array.prototype.map.call(part.querySelectorAll("details"), function (fold) { return fold.open; });
    var checks = Array.prototype.map.call(part.querySelectorAll("[type=checkbox]"), function (box) { return box.checked; });
    var id = part.id;
    setTimeout(function () {
      var fresh = document.getElementById(id);
      if (!fresh) return;
      Array.prototype.forEach.call(fresh.querySelectorAll("details"), function (fold, at) { fold.open = fold.open || open[at]; });
      Array.prototype.forEach.call(fresh.querySelectorAll("[type=checkbox]"), function (box, at) { box.checked = checks[at]; });
      var field = focus && document.getElementById(focus);
      if (field && document.activeElement === document.body) field.focus({ preventScroll: true });
    }, 0);
  }

  /* Two texts of one note */
  function compare(part, fragment) {
    var own = part.querySelector("textarea");
    var fresh = fragment.querySelector ? fragment.querySelector("[data-nn-both]") : null;
    if (!own || !part.hasAttribute("data-nn-both")) return;
    var moved = part.querySelector("[data-nn-moved]");
    var elsewhere = !fresh || fresh.getAttribute("data-nn-both") !== part.getAttribute("data-nn-both");
    if (moved) moved.hidden = !elsewhere;
    if (elsewhere) return;
    var theirs = fresh.querySelector("textarea"), version = fresh.querySelector("[data-nn-version]");
    var known = part.querySelector("[data-nn-version]");
    if (!theirs || !version || version.value === known.value) return;
    if (theirs.value === own.value) { own.defaultValue = theirs.value; known.value = version.value; return; }
    var notice = part.querySelector("[data-nn-other]");
    notice.hidden = false;
    notice.nnVersion = version.value;
    notice.nnText = theirs.value;
    notice.querySelector("[data-nn-other-text]").textContent = theirs.value;
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-nn-take]");
    if (!button) return;
    var notice = button.closest("[data-nn-other]"), part = button.closest("[data-nn-both]");
    var area = part.querySelector("textarea"), choice = button.getAttribute("data-nn-take");
    if (choice === "other") area.value = notice.nnText;
    if (choice === "both") area.value = notice.nnText + "\n" + area.value;
    area.defaultValue = notice.nnText;
    part.querySelector("[data-nn-version]").value = notice.nnVersion;
    notice.hidden = true;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  });

  /* Enter in a line of the room presses the button of that line, not the first one of the page */
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !event.target.matches("input[form]")) return;
    var part = event.target.closest("section");
    var button = part && Array.prototype.find.call(part.querySelectorAll("button[hx-params]"), function (one) {
      return one.getAttribute("hx-params").split(",").indexOf(event.target.name) >= 0;
    });
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  plan(USUAL);
})();
