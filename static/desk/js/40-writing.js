// "/" (saved replies) or "?" (articles) at the beginning of a line opens a list: arrows choose, Enter inserts, Escape goes back.
{
  const PAUSE = 120;
  const box = document.querySelector('[data-behaviour~="writing"]');
  const part = (name) => box?.querySelector(`[data-${name}]`);
  const text = box?.querySelector("textarea");
  const [panel, search, list, none] = ["panel", "search", "list", "none"].map(part);
  let found = [], chosen = 0, asked = 0, address = "", typedSign = "", timer;

  const mark = (index) => {
    chosen = Math.max(0, Math.min(index, found.length - 1));
    [...list.children].forEach((line, at) => line.setAttribute("aria-selected", String(at === chosen)));
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
    search.setAttribute("aria-activedescendant", list.children[chosen]?.id ?? "");
  };
  const put = (more) => { text.focus(); text.setRangeText(more, text.selectionStart, text.selectionEnd, "end"); text.dispatchEvent(new Event("input", { bubbles: true })); };
  const close = (more) => { panel.hidden = true; asked += 1; put(more); };
  const take = () => { if (found[chosen]) close(found[chosen].text); };
  const line = (each, at) => {
    const made = Object.assign(document.createElement("li"), { id: `insert-${at}`, className: "insert__line", textContent: each.title });
    made.setAttribute("role", "option");
    if (each.hint) made.append(Object.assign(document.createElement("small"), { className: "insert__more", textContent: each.hint }));
    made.addEventListener("pointerdown", (event) => { event.preventDefault(); mark(at); take(); });
    return made;
  };
  const show = async () => {
    const mine = asked += 1;
    const answer = await fetch(`${address}?q=${encodeURIComponent(search.value)}`, { redirect: "error" }).catch(() => null);
    const lines = answer?.ok ? await answer.json() : [];
    if (mine !== asked) return;
    found = lines;
    list.replaceChildren(...found.map(line));
    none.hidden = found.length > 0 || !search.value.trim();
    mark(0);
  };
  const open = (button, sign) => {
    [address, typedSign, search.value, panel.hidden] = [button.dataset.address, sign, "", false];
    show();
    search.focus();
  };

  if (box) {
    [part("without-script").hidden, part("with-script").hidden] = [true, false];
    box.querySelectorAll("[data-sign]").forEach((button) => button.addEventListener("click", () => open(button, "")));
    text.setSelectionRange(Number(box.dataset.caret), Number(box.dataset.caret));
    text.addEventListener("keydown", (event) => {
      const button = "/?".includes(event.key) && box.querySelector(`[data-sign="${event.key}"]`);
      if (button && !event.isComposing && /(^|\n)$/.test(text.value.slice(0, text.selectionStart))) { event.preventDefault(); open(button, event.key); }
    });
    search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, PAUSE); });
    search.addEventListener("keydown", (event) => {
      const acts = { ArrowDown: () => mark(chosen + 1), ArrowUp: () => mark(chosen - 1), Enter: take, Escape: () => close(search.value ? "" : typedSign) };
      if (acts[event.key]) { event.preventDefault(); acts[event.key](); }
    });
  }
}
