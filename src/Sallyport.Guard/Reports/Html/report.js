
"use strict";
for (const main of document.querySelectorAll("main")) {
  const table = main.querySelector(".findings");
  const rows = table ? [...table.querySelectorAll("tbody tr")] : [];
  const [words, severity, blocks, count] = table ? ["[type=search]", "select", "[type=checkbox]", "output"].map(s => table.querySelector(s)) : [];
  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !(wanted.every(w => text.includes(w)) && (!severity.value || row.dataset.severity === severity.value) && (!blocks.checked || row.dataset.state === "blocks"));
      if (!row.hidden) shown++;
    }
    count.textContent = shown === rows.length ? "" : shown + " of " + rows.length;
  };
  for (const field of table ? [words, severity, blocks] : []) field.addEventListener("input", filter);

  const map = main.querySelector(".map");
  if (!map) continue;
  const detail = main.querySelector(".detail");
  const tiles = [...map.children];
  const show = tile => { detail.textContent = tile.title; };
  map.addEventListener("mouseover", e => { const tile = e.target.closest(".map > div"); if (tile) show(tile); });
  map.addEventListener("focusin", e => show(e.target));
  const pick = tile => {
    if (!table) return;
    words.value = tile.dataset.path;
    filter();
    table.scrollIntoView({ behavior: "smooth" });
  };
  map.addEventListener("click", e => { const tile = e.target.closest(".map > div"); if (tile) pick(tile); });
  map.addEventListener("keydown", e => {
    const at = tiles.indexOf(document.activeElement);
    if (at < 0) return;
    if (e.key === "Enter") { pick(tiles[at]); return; }
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: tiles.length - 1 }[e.key];
    if (to === undefined || !tiles[to]) return;
    e.preventDefault();
    tiles[at].tabIndex = -1;
    tiles[to].tabIndex = 0;
    tiles[to].focus();
  });
}
