// The desk: keys for what the page already offers as links and buttons, and reasons that write themselves into the text.
"use strict";
(() => {
  const typing = (node) => node.closest("input, select, textarea, [contenteditable]");
  const plain = (event) => !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat && !typing(event.target);
  // A Persian keyboard sends other letters from the same keys, so the key's place counts as well.
  const pressed = (event, key) => event.key.toLowerCase() === key.toLowerCase() || event.code === `Key${key.toUpperCase()}`;

  document.addEventListener("keydown", (event) => {
    if (!plain(event) || event.shiftKey) return;
    const wanted = [...document.querySelectorAll("[data-key]")].find((node) => node.dataset.key && pressed(event, node.dataset.key));
    if (!wanted) return;
    event.preventDefault();
    wanted.click();
  });

  // The checklist: N and P walk over the open items; Y, X and U act on the one that has the focus, Shift+A on all clean ones.
  const list = document.querySelector("[data-items]");
  const walk = (by) => {
    const items = [...list.querySelectorAll("[data-item]")];
    const at = items.indexOf(document.activeElement.closest("[data-item]"));
    const order = by > 0 ? [...items.slice(at + 1), ...items.slice(0, at + 1)] : [...items.slice(0, Math.max(at, 0)).reverse(), ...items.slice(Math.max(at, 0)).reverse()];
    (order.find((item) => "waiting" in item.dataset) || order[0])?.focus();
  };
  if (list) document.addEventListener("keydown", (event) => {
    if (!plain(event)) return;
    if (event.shiftKey) {
      if (pressed(event, "a")) list.querySelector('[data-item-key="A"]')?.click();
      return;
    }
    if (pressed(event, "n")) walk(1);
    else if (pressed(event, "p")) walk(-1);
    else {
      const item = document.activeElement.closest("[data-item]");
      const act = item && [...item.querySelectorAll("[data-item-key]")].find((node) => pressed(event, node.dataset.itemKey));
      if (!act) return;
      act.click();
      if (act.matches("summary")) act.parentElement.querySelector("input[type=checkbox]")?.focus();
    }
    event.preventDefault();
  });

  // A verdict sends the officer on to the next item: the focus follows the address.
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.tabIndex === -1) target.focus();

  // Ticking a reason adds its sentence, unticking takes it away where it stands unchanged.
  document.querySelectorAll("form[data-compose] input[name=composed]").forEach((field) => { field.value = "1"; });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-compose]");
    if (!form || event.target.name !== "reasons") return;
    const template = form.querySelector(`template[data-reason="${CSS.escape(event.target.value)}"]`);
    const box = form.querySelector("textarea[name=text]");
    const sentence = template.content.textContent.trim();
    const lines = box.value.split("\n").filter((line) => line.trim());
    const without = lines.filter((line) => line !== sentence);
    box.value = (event.target.checked ? [...without, sentence] : without).join("\n");
  });

  // Several cases at once: one box ticks all rows, the bar says how many.
  const bulk = document.querySelector("form[data-bulk]");
  if (bulk) {
    const boxes = [...bulk.querySelectorAll("input[name=case]")];
    const all = bulk.querySelector("[data-tick-all]");
    const told = bulk.querySelector("[data-ticked]");
    const count = () => {
      const ticked = boxes.filter((box) => box.checked).length;
      told.textContent = ticked ? `${new Intl.NumberFormat("fa-IR").format(ticked)} پرونده برگزیده شد.` : "";
      all.checked = ticked > 0 && ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    };
    all.hidden = false;
    bulk.addEventListener("change", (event) => {
      if (event.target === all) boxes.forEach((box) => { box.checked = all.checked; });
      count();
    });
    count();
  }
})();
