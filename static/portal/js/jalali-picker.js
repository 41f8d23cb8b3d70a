// Calendar of a typed Jalali date; the browser's Persian calendar does the arithmetic.
const DAY = 864e5;
const MONTHS = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند".split(" ");
const WEEK = "شنبه یکشنبه دوشنبه سه‌شنبه چهارشنبه پنجشنبه جمعه".split(" ");
const persian = new Intl.DateTimeFormat("en-u-ca-persian-nu-latn", { year: "numeric", month: "numeric", day: "numeric", timeZone: "UTC" });
const fa = (value) => String(value).replace(/\d/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]);

// A day is its midnight in UTC, in milliseconds.
export const toJalali = (day) => {
  const part = Object.fromEntries(persian.formatToParts(day).map(({ type, value }) => [type, +value]));
  return [part.year, part.month, part.day];
};
export const toDay = (year, month, day) => {
  let nowruz = Date.UTC(year + 621, 2, 19);
  while (toJalali(nowruz)[0] < year) nowruz += DAY;
  return nowruz + (Math.min(month - 1, 6) * 31 + Math.max(month - 7, 0) * 30 + day - 1) * DAY;
};
const length = (year, month) => (month < 7 ? 31 : month < 12 || toJalali(toDay(year, 12, 30))[0] === year ? 30 : 29);
const addMonths = (at, count) => {
  const [year, month, day] = toJalali(at);
  const index = year * 12 + month - 1 + count;
  const moved = [Math.floor(index / 12), (index % 12) + 1];
  return toDay(...moved, Math.min(day, length(...moved)));
};
const weekday = (day) => (day / DAY + 5) % 7;  // Saturday is 0
const today = () => Date.parse(new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Tehran" }).format());
const typed = (text) => {
  const plain = text.replace(/[۰-۹٠-٩]/g, (digit) => digit.charCodeAt(0) & 15);
  const [, ...date] = (plain.match(/^\s*(1[34]\d\d)\D+(\d\d?)\D+(\d\d?)\s*$/) || []).map(Number);
  const day = date[1] > 0 && date[1] < 13 ? toDay(...date) : null;
  return day && String(toJalali(day)) === String(date) ? day : null;
};
const make = (tag, attributes = {}, text = "", act) => {
  const node = document.createElement(tag);
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  if (act) node.onclick = act;
  node.textContent = text;
  return node;
};

export const open = (button, input) => {
  const chosen = typed(input.value);
  let at = chosen ?? today();
  const dialog = make("dialog", { class: "picker", "aria-label": button.ariaLabel });
  const title = make("span", { "aria-live": "polite" });
  const table = make("table", { role: "grid" });
  const head = make("div", { class: "picker__head" });
  const foot = make("div", { class: "picker__foot" });
  const quiet = { class: "button button--quiet button--small" };
  const arrow = (label, sign, step) =>
    make("button", { class: "icon-button", "aria-label": label }, sign, () => show(addMonths(at, step)));

  const dayCell = (day, month) => {
    const [, its, number] = toJalali(day);
    const cell = make("td");
    if (its !== month) return cell;
    const label = `${WEEK[weekday(day)]} ${fa(number)} ${MONTHS[its - 1]}`;
    const pick = make("button", { tabindex: day === at ? 0 : -1, "aria-label": label }, fa(number), () => choose(day));
    if (day === today()) pick.ariaCurrent = "date";
    cell.ariaSelected = day === chosen;
    cell.append(pick);
    return cell;
  };
  const show = (day, focus) => {
    at = day;
    const [year, month] = toJalali(at);
    const first = toDay(year, month, 1);
    table.ariaLabel = title.textContent = `${MONTHS[month - 1]} ${fa(year)}`;
    const row = make("tr");
    row.append(...WEEK.map((name) => make("th", { scope: "col", "aria-label": name }, name[0])));
    table.replaceChildren(row);
    for (let start = first - weekday(first) * DAY; start < first + length(year, month) * DAY; start += 7 * DAY) {
      table.insertRow().append(...WEEK.map((_, index) => dayCell(start + index * DAY, month)));
    }
    if (focus) table.querySelector("[tabindex='0']").focus();
  };
  const choose = (day) => {
    input.value = fa(toJalali(day).map((part) => String(part).padStart(2, 0)).join("/"));
    for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }));
    dialog.close();
  };
  const keys = {  // the next day lies to the left
    ArrowLeft: () => at + DAY,
    ArrowRight: () => at - DAY,
    ArrowDown: () => at + 7 * DAY,
    ArrowUp: () => at - 7 * DAY,
    Home: () => at - weekday(at) * DAY,
    End: () => at + (6 - weekday(at)) * DAY,
    PageDown: (far) => addMonths(at, far ? 12 : 1),
    PageUp: (far) => addMonths(at, far ? -12 : -1),
  };
  table.onkeydown = (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    show(keys[event.key](event.shiftKey), true);
  };
  dialog.onclose = () => { dialog.remove(); button.focus(); };
  head.append(arrow("ماه پیش", "‹", -1), title, arrow("ماه بعد", "›", 1));
  foot.append(make("button", quiet, "امروز", () => show(today(), true)), make("button", quiet, "بستن", () => dialog.close()));
  dialog.append(head, table, foot);
  document.body.append(dialog);
  dialog.showModal();
  show(at, true);
};
