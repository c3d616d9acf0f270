// Suggestions while typing: the combobox of the ARIA Authoring Practices around a list that htmx loads.
{
  const PAUSE = 150;
  const SHORTEST = 2;

  const bind = (input) => {
    const panel = document.getElementById("suggestions");
    const status = document.getElementById("suggestions-status");
    const options = () => [...panel.querySelectorAll('[role="option"]')];
    const active = () => panel.querySelector('[aria-selected="true"]');
    let timer;

    const choose = (option) => {
      active()?.setAttribute("aria-selected", "false");
      option?.setAttribute("aria-selected", "true");
      option?.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", option?.id ?? "");
    };
    const move = (step) => {
      stop(); // A list that comes later would take the choice out of somebody's hands.
      const all = [null, ...options()];
      choose(all.at((all.indexOf(active()) + step) % all.length));
    };
    const stop = () => void (clearTimeout(timer), htmx.trigger(input, "htmx:abort"));
    const close = () => {
      stop();
      panel.replaceChildren();
      show();
    };
    const show = () => {
      const list = panel.querySelector('[role="listbox"]');
      input.setAttribute("aria-expanded", String(Boolean(list)));
      input.setAttribute("aria-controls", list?.id ?? panel.id);
      input.setAttribute("aria-activedescendant", "");
      status.textContent = list?.dataset.status ?? "";
    };

    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    show();
    input.addEventListener("input", () => {
      clearTimeout(timer);
      if (input.value.trim().length < SHORTEST) close();
      else timer = setTimeout(() => htmx.trigger(input, "suggest"), PAUSE);
    });
    input.addEventListener("htmx:afterRequest", () => document.activeElement === input ? show() : close());
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      const keys = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Escape: close, Enter: () => active().click() };
      const isOurs = options().length && (event.key !== "Enter" || active());
      if (!isOurs || !keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    });
    panel.addEventListener("mousedown", (event) => event.preventDefault());
  };

  if (window.htmx) document.querySelectorAll('[data-behaviour~="suggestions"]').forEach(bind);
}
