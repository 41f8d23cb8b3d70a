// Calendar for a typed Jalali date: <dialog> and an ARIA grid. The browser's own Persian calendar does the arithmetic.
const DAY = 864e5;
const MONTHS = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند".split(" ");
const WEEK = ["شنبه", "یکشنبه", "دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه"];
const format = new Intl.DateTimeFormat("en-u-ca-persian-nu-latn", { year: "numeric", month: "numeric", day: "numeric", timeZone: "UTC" });
const fa = (value) => String(value).replace(/\d/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]);

// A day is its midnight in UTC, in milliseconds.
export const toJalali = (day) => {
  const parts = Object.fromEntries(format.formatToParts(day).map(({ type, value }) => [type, parseInt(value, 10)]));
  return [parts.year, parts.month, parts.day];
};
export const toDay = (year, month, day) => {
  let nowruz = Date.UTC(year + 621, 2, 19);
  while (toJalali(nowruz)[0] < year) nowruz += DAY;
  return nowruz + (Math.min(month - 1, 6) * 31 + Math.max(month - 7, 0) * 30 + day - 1) * DAY;
};
const monthLength = (year, month) => (month < 7 ? 31 : month < 12 ? 30 : toJalali(toDay(year, 12, 30))[0] === year ? 30 : 29);
const addMonths = (at, count) => {
  const [year, month, day] = toJalali(at);
  const index = year * 12 + month - 1 + count;
  const [y, m] = [Math.floor(index / 12), (index % 12) + 1];
  return toDay(y, m, Math.min(day, monthLength(y, m)));
};
const today = () => {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Tehran" }).format(new Date()).split("-").map(Number);
  return Date.UTC(parts[0], parts[1] - 1, parts[2]);
};
const typed = (text) => {
  const plain = text.replace(/[۰-۹٠-٩]/g, (digit) => digit.charCodeAt(0) & 15);
  const [, year, month, day] = (plain.match(/^\s*(1[34]\d\d)\D+(\d{1,2})\D+(\d{1,2})\s*$/) || []).map(Number);
  return year && month > 0 && month < 13 && day > 0 && day <= monthLength(year, month) ? toDay(year, month, day) : null;
};

const make = (tag, attributes = {}, text = "") => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.textContent = text;
  return node;
};

export const open = (button, input) => {
  const chosen = typed(input.value);
  let at = chosen ?? today();
  const dialog = make("dialog", { class: "picker", "aria-label": button.getAttribute("aria-label") });
  const head = make("div", { class: "picker__head" });
  const before = make("button", { type: "button", class: "icon-button", "aria-label": "ماه پیش" }, "‹");
  const title = make("span", { "aria-live": "polite" });
  const after = make("button", { type: "button", class: "icon-button", "aria-label": "ماه بعد" }, "›");
  const table = make("table", { role: "grid" });
  const foot = make("div", { class: "picker__foot" });
  const now = make("button", { type: "button", class: "button button--quiet button--small" }, "امروز");
  const close = make("button", { type: "button", class: "button button--quiet button--small" }, "بستن");
  head.append(before, title, after);
  foot.append(now, close);
  dialog.append(head, table, foot);

  const draw = (focus) => {
    const [year, month] = toJalali(at);
    const first = toDay(year, month, 1);
    title.textContent = `${MONTHS[month - 1]} ${fa(year)}`;
    table.setAttribute("aria-label", title.textContent);
    const names = make("tr");
    for (const name of WEEK) names.append(make("th", { scope: "col", abbr: name, "aria-label": name }, name[0]));
    const rows = [names];
    for (let day = first - ((new Date(first).getUTCDay() + 1) % 7) * DAY; day < first + monthLength(year, month) * DAY; day += 7 * DAY) {
      const row = make("tr");
      for (let cell = day; cell < day + 7 * DAY; cell += DAY) row.append(drawDay(cell, month));
      rows.push(row);
    }
    table.replaceChildren(...rows);
    if (focus) table.querySelector("[tabindex='0']").focus();
  };
  const drawDay = (day, month) => {
    const [, its, number] = toJalali(day);
    if (its !== month) return make("td");
    const cell = make("td", { "aria-selected": String(day === chosen) });
    const words = `${WEEK[(new Date(day).getUTCDay() + 1) % 7]} ${fa(number)} ${MONTHS[its - 1]}`;
    const pick = make("button", { type: "button", "data-day": day, tabindex: day === at ? 0 : -1, "aria-label": words }, fa(number));
    if (day === today()) pick.setAttribute("aria-current", "date");
    cell.append(pick);
    return cell;
  };
  const move = (day, focus = true) => { at = day; draw(focus); };
  const choose = (day) => {
    const [year, month, number] = toJalali(day);
    input.value = fa([year, String(month).padStart(2, 0), String(number).padStart(2, 0)].join("/"));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    dialog.close();
  };
  const weekday = () => (new Date(at).getUTCDay() + 1) % 7;
  const keys = {  // the next day lies to the left
    ArrowLeft: () => at + DAY,
    ArrowRight: () => at - DAY,
    ArrowDown: () => at + 7 * DAY,
    ArrowUp: () => at - 7 * DAY,
    Home: () => at - weekday() * DAY,
    End: () => at + (6 - weekday()) * DAY,
    PageDown: (event) => addMonths(at, event.shiftKey ? 12 : 1),
    PageUp: (event) => addMonths(at, event.shiftKey ? -12 : -1),
  };
  table.addEventListener("keydown", (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    move(keys[event.key](event));
  });
  table.addEventListener("click", ({ target }) => target.dataset.day && choose(Number(target.dataset.day)));
  before.addEventListener("click", () => move(addMonths(at, -1), false));
  after.addEventListener("click", () => move(addMonths(at, 1), false));
  now.addEventListener("click", () => move(today()));
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => { dialog.remove(); button.focus(); });
  document.body.append(dialog);
  dialog.showModal();
  draw(true);
};
