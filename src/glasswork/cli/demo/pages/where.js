// Tells the demo's own server where the elements of this page are on the screen, so that the worker can aim.
"use strict";
function tellWhere() {
  const left = screenX + (outerWidth - innerWidth) / 2;
  const top = screenY + outerHeight - innerHeight;
  const places = {};
  for (const element of document.querySelectorAll("[id]")) {
    const box = element.getBoundingClientRect();
    if (box.width) places[element.id] = [left + box.left, top + box.top, box.width, box.height].map(Math.round);
  }
  const page = location.pathname.slice(1).replace(".html", "");
  fetch("/where", { method: "POST", body: JSON.stringify({ page, places }) });
}
for (const moment of ["load", "resize", "focus"]) addEventListener(moment, tellWhere);
document.addEventListener("scrollend", tellWhere);
