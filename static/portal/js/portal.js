// Small enhancements; every page works without them. Listeners sit on the document, so swapped-in content needs no set-up.
"use strict";
(() => {
  const fa = (value) => String(value).replace(/\d/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]);
  const say = (text) => {
    const region = document.getElementById("live");
    if (region) region.textContent = text;
  };

  // A page that waits for a check looks again by itself, unless somebody is typing in it
  const waiting = document.querySelector("[data-reload-after]");
  if (waiting) {
    setInterval(() => {
      if (!document.hidden && !document.activeElement.matches("input, textarea, select")) location.reload();
    }, 1000 * Number(waiting.dataset.reloadAfter));
  }

  // Theme switch
  const dark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const switchTheme = (button) => {
    const theme = dark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    try { localStorage.setItem("theme", theme); } catch { /* holds for this page only */ }
    button.setAttribute("aria-pressed", String(theme === "dark"));
  };

  // Copy box
  const select = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };
  const copy = async (button) => {
    const value = button.closest(".copy").querySelector(".copy__value");
    const label = button.querySelector("span");
    const before = label.dataset.label || (label.dataset.label = label.textContent);
    try {
      await navigator.clipboard.writeText(value.textContent);
      label.textContent = "رونوشت شد";
    } catch {
      select(value);
      label.textContent = "انتخاب شد؛ Ctrl+C را بزنید";
    }
    say(label.textContent);
    setTimeout(() => { label.textContent = before; }, 4000);
  };

  // Upload: preview, size check, camera, progress
  const size = (bytes) => (bytes < 1048576 ? `${fa(Math.ceil(bytes / 1024))} کیلوبایت` : `${fa((bytes / 1048576).toFixed(1)).replace(".", "٫")} مگابایت`);
  const showChosen = (input) => {
    const box = input.closest(".upload");
    const chosen = box.querySelector(".upload__chosen");
    const picture = chosen.querySelector("img");
    const icon = chosen.querySelector(".icon");
    const file = input.files[0];
    chosen.hidden = !file;
    if (!file) return;
    const isPicture = file.type.startsWith("image/");
    picture.hidden = true;
    icon.toggleAttribute("hidden", isPicture);
    if (isPicture) readPicture(file, picture);
    const limit = Number(input.dataset.maxBytes || 0);
    const tooBig = limit && file.size > limit;
    chosen.querySelector("[data-name]").textContent = file.name;
    chosen.querySelector("[data-size]").textContent = tooBig
      ? `حجم این پرونده ${size(file.size)} است و بیشترین حجم پذیرفته ${size(limit)}؛ پروندهٔ کوچک‌تری برگزینید.`
      : size(file.size);
    chosen.querySelector("[data-size]").classList.toggle("field-error", Boolean(tooBig));
    say(`${file.name}، ${chosen.querySelector("[data-size]").textContent}`);
  };
  const readPicture = (file, picture) => {
    const reader = new FileReader();  // a data: address, because the policy of the page allows no blob:
    reader.onload = () => { picture.src = reader.result; picture.hidden = false; };
    reader.readAsDataURL(file);
  };
  const openPicker = (button) => {
    const input = button.closest(".upload").querySelector("input[type=file]");
    if (button.dataset.upload === "camera") input.setAttribute("capture", "environment");
    else input.removeAttribute("capture");
    input.click();
  };
  let shown = "";  // the address of a page that was swapped in
  const address = () => location.href.split("#")[0];
  addEventListener("popstate", () => { if (shown && address() !== shown) location.reload(); });
  const showPage = (request) => {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    history[request.responseURL === address() ? "replaceState" : "pushState"](null, "", request.responseURL);
    shown = address();
    document.title = page.title;
    document.body.replaceWith(page.body);
    (document.querySelector(".error-summary") || document.querySelector("main")).focus();
    prepare();
  };
  const sendWithProgress = (event) => {
    const form = event.target;
    const bar = form.querySelector("progress[data-progress]");
    if (!bar || ![...form.querySelectorAll("input[type=file]")].some((input) => input.files.length)) return;
    event.preventDefault();
    const request = new XMLHttpRequest();
    const button = event.submitter;
    const body = new FormData(form);
    if (button && button.name) body.append(button.name, button.value);
    const end = (text) => { say(text); bar.nextElementSibling.textContent = text; if (button) button.disabled = false; };
    request.upload.onprogress = ({ loaded, total }) => { bar.value = loaded / total; };
    request.onload = () => {
      if ((request.getResponseHeader("Content-Type") || "").includes("html")) showPage(request);
      else end("پاسخ کارساز خوانده نشد؛ صفحه را دوباره باز کنید و ببینید پرونده رسیده است یا نه.");
    };
    request.onerror = () => end("ارتباط قطع شد و پرونده نرسید. اتصال اینترنت را بررسی کنید و دوباره بفرستید.");
    bar.closest("[data-sending]").hidden = false;
    if (button) button.disabled = true;
    say("در حال فرستادن پرونده");
    request.open("POST", form.action);
    request.send(body);
  };

  const openCalendar = async (button) => {
    const { open } = await import(button.dataset.src);  // fetched by those who open it
    open(button, button.parentElement.querySelector("input"));
  };

  const actions = { theme: switchTheme, copy, upload: openPicker, picker: openCalendar };
  document.addEventListener("click", (event) => {
    for (const [name, act] of Object.entries(actions)) {
      const button = event.target.closest(`button[data-${name}]`);
      if (button) return act(button);
    }
    const toField = event.target.closest(".error-summary a[href^='#']");
    const field = toField && document.getElementById(toField.hash.slice(1));
    if (field) {
      event.preventDefault();
      (field.closest(".field") || field).scrollIntoView();
      field.focus({ preventScroll: true });
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches(".upload input[type=file]")) showChosen(event.target);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-upload-progress]")) sendWithProgress(event);
  });

  const prepare = () => {
    for (const button of document.querySelectorAll("button[data-copy], button[data-theme], button[data-picker]")) button.hidden = false;
    for (const button of document.querySelectorAll("button[data-theme]")) button.setAttribute("aria-pressed", String(dark()));
    const summary = document.querySelector(".error-summary");
    if (summary) summary.focus();
  };
  document.addEventListener("htmx:afterSwap", prepare);
  document.addEventListener("DOMContentLoaded", prepare);
})();
