// Runs before the first paint: a theme chosen earlier, and a mark that scripts work. Same key and values as Django's admin.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch { /* storage is closed to us: the system's theme holds */ }
})();
