"use strict";

// Tells below a chart what a column of it stands for: by pointer, finger or arrow keys. Without
// this script the titles of the columns and the table still tell it.

const STEPS = new Map([["ArrowLeft", -1], ["ArrowRight", 1], ["Home", -Infinity], ["End", Infinity]]);

for (const figure of document.querySelectorAll("figure.chart")) {
  const pictures = [...figure.querySelectorAll("svg")].map((svg) => [...svg.querySelectorAll(".column")]);
  const count = pictures[0].length;
  const readout = figure.querySelector(".readout");
  if (!count) continue;
  let shown = -1;

  const show = (index) => {
    shown = index;
    for (const columns of pictures) {
      columns.forEach((column, at) => column.classList.toggle("shown", at === index));
    }
    readout.textContent = index < 0 ? "" : pictures[0][index].querySelector("title").textContent;
  };

  figure.tabIndex = 0;
  figure.setAttribute("role", "group");
  figure.setAttribute("aria-label", figure.querySelector(".title").textContent + ": arrow keys go through it");

  const point = (event) => {
    const column = event.target.closest(".column");
    if (column) show(pictures.find((columns) => columns.includes(column)).indexOf(column));
  };
  figure.addEventListener("pointermove", point);
  figure.addEventListener("pointerdown", point);
  figure.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse" && document.activeElement !== figure) show(-1);
  });
  figure.addEventListener("blur", () => show(-1));
  figure.addEventListener("keydown", (event) => {
    if (!STEPS.has(event.key)) return;
    event.preventDefault();
    const from = shown < 0 && event.key === "ArrowLeft" ? count : shown;
    show(Math.min(Math.max(from + STEPS.get(event.key), 0), count - 1));
  });
}
