// Keys of the desk: j k move, o opens, x chooses, t takes, u leads back, r and n write, / searches, ? lists them. Never while somebody types.
{
  const SWITCH = "desk-keys";
  const dialog = document.querySelector('[data-behaviour~="keys"]');
  const toggle = dialog?.querySelector("[data-keys-switch]");
  const lines = () => [...document.querySelectorAll("[data-line]")];
  const current = () => document.querySelector("[data-line][data-current]");
  const isOn = () => localStorage.getItem(SWITCH) !== "off";

  const show = () => { toggle.checked = isOn(); dialog.showModal(); };
  const move = (step) => {
    const all = lines();
    if (!all.length) return;
    const before = all.indexOf(current());
    const next = all[before < 0 ? 0 : Math.min(Math.max(before + step, 0), all.length - 1)];
    current()?.removeAttribute("data-current");
    next.setAttribute("data-current", "");
    (next.querySelector("[data-open]") ?? next.querySelector("a, button"))?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const open = (part = "") => {
    const link = current()?.querySelector("[data-open]");
    if (link) location.href = link.getAttribute("href") + part;
  };
  // On a case these stand on the page; in a queue they open the chosen case there.
  const write = (key, part) => {
    const field = document.querySelector(`[data-key="${key}"]`);
    if (field) { field.focus(); field.scrollIntoView({ block: "center" }); } else open(part);
  };
  const press = (key) => { const way = document.querySelector(`:is(a, button)[data-key="${key}"]`); way?.click(); return way; };
  // On a case these lead to the next one of the list and the one before it.
  const go = (key, step) => press(key) ?? move(step);
  const keys = {
    j: () => go("j", 1),
    k: () => go("k", -1),
    o: () => open(),
    x: () => current()?.querySelector('input[type="checkbox"]')?.click(),
    // In a list the case one stands at, unless others are chosen.
    t: () => { if (!document.querySelector('[name="case"]:checked')) keys.x(); press("t"); },
    u: () => press("u"),
    r: () => write("r", "#answer"),
    n: () => write("n", "#note"),
    "/": () => document.getElementById("desk-search")?.select(),
  };

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || dialog?.open) return;
    if (event.key === "?" && dialog) { event.preventDefault(); show(); return; }
    if (!isOn() || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  toggle?.addEventListener("change", () => localStorage.setItem(SWITCH, toggle.checked ? "on" : "off"));
  if (dialog) document.querySelectorAll('[data-behaviour~="keys-open"]').forEach((link) => {
    link.addEventListener("click", (event) => { event.preventDefault(); show(); });
  });
}
