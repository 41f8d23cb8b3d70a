// The desk: keys for what the page already offers as links and buttons, and reasons that write themselves into the text.
"use strict";
(() => {
  const typing = (node) => node.closest("input, select, textarea, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target)) return;
    const wanted = [...document.querySelectorAll("[data-key]")].find((node) => node.dataset.key && (node.dataset.key === event.key.toLowerCase() || `Key${node.dataset.key.toUpperCase()}` === event.code));
    if (!wanted) return;
    event.preventDefault();
    wanted.click();
  });

  // Ticking a reason adds its sentence, unticking takes it away where it stands unchanged.
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
})();
