"use strict";
// Rows of a packet moved by drag, and places drawn over a page. An extra: buttons and fields do the same without it.
(() => {
  let held = null;
  const rows = (list) => [...list.querySelectorAll("[data-row]")];
  const over = (event) => {
    const row = event.target.closest && event.target.closest("[data-drag] [data-row]");
    return held && row && row !== held && !row.hasAttribute("data-fixed") ? row : null;
  };
  document.addEventListener("dragstart", (event) => {
    held = event.target.closest && event.target.closest("[data-drag] [draggable]");
    if (held) { event.dataTransfer.effectAllowed = "move"; event.dataTransfer.setData("text/plain", held.dataset.row); }
  });
  document.addEventListener("dragover", (event) => {
    const row = over(event);
    document.querySelectorAll(".dropping").forEach((one) => one.classList.remove("dropping"));
    if (row) { event.preventDefault(); row.classList.add("dropping"); }
  });
  document.addEventListener("dragend", () => {
    held = null;
    document.querySelectorAll(".dropping").forEach((one) => one.classList.remove("dropping"));
  });
  document.addEventListener("drop", (event) => {
    const row = over(event);
    if (!row) return;
    event.preventDefault();
    const form = row.closest("form"), to = form.elements.to, button = form.querySelector("#dropped");
    to.disabled = button.disabled = false;
    to.value = rows(row.parentNode).indexOf(row);
    button.value = held.dataset.row;
    form.requestSubmit(button);
  });

  const hint = document.querySelector("[data-script]");
  if (hint) hint.hidden = false;
  const round = (value) => Math.round(value * 10) / 10;
  document.querySelectorAll(".cover").forEach((figure) => {
    const ground = figure.querySelector("div"), svg = figure.querySelector("svg");
    let start = null, drawn = null;
    const at = (event) => {
      const box = ground.getBoundingClientRect(), part = (n, size) => Math.min(Math.max((100 * n) / size, 0), 100);
      return [part(event.clientX - box.left, box.width), part(event.clientY - box.top, box.height)];
    };
    const shape = (event) => {
      const [x, y] = at(event);
      return [Math.min(x, start[0]), Math.min(y, start[1]), Math.abs(x - start[0]), Math.abs(y - start[1])];
    };
    ground.addEventListener("pointerdown", (event) => {
      if (event.button || event.pointerType === "touch") return; // a finger scrolls
      event.preventDefault();
      ground.setPointerCapture(event.pointerId);
      document.querySelectorAll(".cover .new").forEach((one) => one.remove());
      start = at(event);
      drawn = svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "rect"));
      drawn.setAttribute("class", "new");
    });
    ground.addEventListener("pointermove", (event) => {
      if (!start) return;
      const [x, y, width, height] = shape(event);
      for (const [name, value] of Object.entries({ x, y, width, height })) drawn.setAttribute(name, value);
    });
    ground.addEventListener("pointerup", (event) => {
      if (!start) return;
      const [left, top, width, height] = shape(event);
      start = null;
      if (width < 0.3 || height < 0.3) { drawn.remove(); return; }
      const form = document.getElementById("form");
      form.elements.text.value = "";
      form.elements.page.value = figure.dataset.page;
      for (const [name, value] of Object.entries({ left, top, width, height })) form.elements[name].value = round(value);
      document.getElementById("place").open = true;
      form.elements.reason.focus({ preventScroll: true });
    });
  });
})();
