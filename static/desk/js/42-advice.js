// Phrases that the desk has found in an answer are underlined where they stand; an opened preview stays open.
{
  const region = document.querySelector('[data-behaviour~="advice"]');
  const text = region?.closest("form").querySelector("textarea");
  let under, isOpen = false;

  const escaped = (words) => words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+");
  const underline = () => {
    const found = [...region.querySelectorAll("[data-phrase]")].map((each) => escaped(each.dataset.phrase));
    const parts = found.length ? text.value.split(new RegExp(`(${found.join("|")})`, "giu")) : [text.value];
    // Every second part is a phrase, because the expression has one group.
    under.replaceChildren(...parts.map((part, at) => (at % 2 ? Object.assign(document.createElement("mark"), { textContent: part }) : part)), "\n");
    under.scrollTop = text.scrollTop;
  };

  if (text) {
    const frame = Object.assign(document.createElement("div"), { className: "phrased" });
    under = Object.assign(document.createElement("div"), { className: `${text.className} phrased__under` });
    under.setAttribute("aria-hidden", "true");
    text.replaceWith(frame);
    frame.append(under, text);
    text.classList.add("phrased__text");
    text.addEventListener("input", underline);
    text.addEventListener("scroll", () => { under.scrollTop = text.scrollTop; }, { passive: true });
    region.addEventListener("htmx:beforeSwap", () => { isOpen = Boolean(region.querySelector("[data-preview][open]")); });
    region.addEventListener("htmx:afterSwap", () => {
      region.querySelector("[data-preview]")?.toggleAttribute("open", isOpen);
      underline();
    });
    underline();
  }
}
