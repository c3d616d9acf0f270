// Saved replies: "/" at the beginning of a line opens a list, arrows choose, Enter puts the text in, Escape goes back.
{
  const box = document.querySelector('[data-behaviour~="writing"]');
  const part = (name) => box?.querySelector(`[data-${name}]`);
  const text = box?.querySelector("textarea");
  const [panel, search, list, none] = ["panel", "search", "list", "none"].map(part);
  let replies, found = [], chosen = 0, isBySlash = false;

  const mark = (index) => {
    chosen = Math.max(0, Math.min(index, found.length - 1));
    [...list.children].forEach((line, at) => line.setAttribute("aria-selected", String(at === chosen)));
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
    search.setAttribute("aria-activedescendant", list.children[chosen]?.id ?? "");
  };
  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/);
    found = replies.filter((each) => words.every((word) => `${each.title} ${each.words} ${each.text}`.toLowerCase().includes(word)));
    list.replaceChildren(...found.map((each, at) => {
      const line = Object.assign(document.createElement("li"), { id: `insert-${at}`, className: "insert__line", textContent: each.title });
      line.setAttribute("role", "option");
      line.addEventListener("pointerdown", (event) => { event.preventDefault(); mark(at); take(); });
      return line;
    }));
    none.hidden = found.length > 0;
    mark(0);
  };
  const put = (more) => { text.focus(); text.setRangeText(more, text.selectionStart, text.selectionEnd, "end"); text.dispatchEvent(new Event("input", { bubbles: true })); };
  const close = (more) => { panel.hidden = true; put(more); };
  const take = () => found[chosen] && close(found[chosen].text);
  const open = async (bySlash) => {
    isBySlash = bySlash;
    const answer = replies ? null : await fetch(box.dataset.replies, { redirect: "error" }).catch(() => null);
    if (answer?.ok) replies = await answer.json();
    if (!replies) { if (bySlash) put("/"); return; }
    panel.hidden = false;
    search.value = "";
    show();
    search.focus();
  };

  if (box && part("with-script")) {
    part("without-script").hidden = true;
    part("with-script").hidden = false;
    part("open").addEventListener("click", () => open(false));
    text.setSelectionRange(Number(box.dataset.caret), Number(box.dataset.caret));
    text.addEventListener("keydown", (event) => {
      const isAtStart = /(^|\n)$/.test(text.value.slice(0, text.selectionStart));
      if (event.key === "/" && isAtStart && !event.isComposing) { event.preventDefault(); open(true); }
    });
    search.addEventListener("input", show);
    search.addEventListener("keydown", (event) => {
      const acts = { ArrowDown: () => mark(chosen + 1), ArrowUp: () => mark(chosen - 1), Enter: take, Escape: () => close(isBySlash && !search.value ? "/" : "") };
      if (acts[event.key]) { event.preventDefault(); acts[event.key](); }
    });
  }
}
