/* Nền Nếp: items of a list change places by dragging their handle (mouse, pen, finger) or by arrow keys on it.
   data-nn-order="address" on the list, data-nn-item="id" on its rows, data-nn-grip on the handle (shown only with this script).
   The new order goes out in one post; the answer is the list anew. Without the script there are buttons and a page of numbers. */
(() => {
  "use strict";
  let dragged = null;
  let before = "";
  let timer = null;

  function listOf(row) { return row.closest("[data-nn-order]"); }
  function rowsOf(list) { return [...list.querySelectorAll("[data-nn-item]")]; }
  function orderOf(list) { return rowsOf(list).map((row) => row.getAttribute("data-nn-item")); }
  function showGrips(part) {
    [...part.querySelectorAll("[data-nn-grip]")].forEach((grip) => { grip.hidden = false; });
  }
  function tell(list, words) {
    const note = document.createElement("div");
    note.className = "nn-notice";
    note.setAttribute("data-kind", "stop");
    note.setAttribute("role", "alert");
    note.appendChild(document.createElement("p")).textContent = words;
    list.insertAdjacentElement("beforebegin", note);
  }

  function save(list, focused) {
    const token = list.querySelector("[name=csrfmiddlewaretoken]");
    const data = new FormData();
    if (token) data.append("csrfmiddlewaretoken", token.value);
    orderOf(list).forEach((id) => { data.append("item", id); });
    list.setAttribute("aria-busy", "true");
    fetch(list.getAttribute("data-nn-order"), {
      method: "POST", body: data, credentials: "same-origin", headers: { "HX-Request": "true" }
    }).then((answer) => {
      return answer.text().then((text) => {
        if (!answer.ok || answer.redirected) throw new Error(answer.status === 409 ? text : "");
        replace(list, text, focused);
      });
    }).catch((error) => {
      list.removeAttribute("aria-busy");
      tell(list, error.message && error.name === "Error" ? error.message : list.getAttribute("data-nn-failed"));
    });
  }
  function replace(list, text, focused) {
    const answered = new DOMParser().parseFromString(text, "text/html").querySelector("[data-nn-order]");
    if (!answered) throw new Error("");
    const fresh = document.importNode(answered, true);
    list.replaceWith(fresh);
    showGrips(fresh);
    const row = focused && fresh.querySelector('[data-nn-item="' + focused + '"]');
    if (row) row.querySelector("[data-nn-grip]").focus();
  }

  function start(event) {
    const grip = event.target.closest && event.target.closest("[data-nn-grip]");
    if (!grip || event.button > 0) return;
    dragged = grip.closest("[data-nn-item]");
    before = orderOf(listOf(dragged)).join();
    dragged.classList.add("nn-dragged");
    grip.setPointerCapture(event.pointerId);
    event.preventDefault();
  }
  function move(event) {
    if (!dragged) return;
    const list = listOf(dragged);
    const below = rowsOf(list).find((row) => {
      const box = row.getBoundingClientRect();
      return row !== dragged && event.clientY < box.top + box.height / 2;
    });
    if (below !== dragged.nextElementSibling) list.insertBefore(dragged, below || null);
    if (event.clientY < 60) scrollBy(0, -12);
    if (event.clientY > innerHeight - 60) scrollBy(0, 12);
  }
  function end(event) {
    if (!dragged) return;
    const list = listOf(dragged);
    const row = dragged;
    dragged = null;
    row.classList.remove("nn-dragged");
    if (event.type === "pointerup" && orderOf(list).join() !== before) save(list, null);
  }
  document.addEventListener("pointerdown", start);
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end);
  document.addEventListener("pointercancel", end);

  document.addEventListener("keydown", (event) => {
    const grip = event.target.closest && event.target.closest("[data-nn-grip]");
    if (!grip || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const row = grip.closest("[data-nn-item]");
    const list = listOf(row);
    const other = event.key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    list.insertBefore(row, event.key === "ArrowUp" ? other : other.nextElementSibling);
    grip.focus();
    clearTimeout(timer);
    timer = setTimeout(() => { save(list, row.getAttribute("data-nn-item")); }, 500);
  });

  showGrips(document);
})();
