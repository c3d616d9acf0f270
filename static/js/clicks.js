// Which result was opened for which words: no person, no cookie, and the reader does not wait for it.
{
  document.querySelectorAll('[data-behaviour~="clicks"]').forEach((list) => {
    list.addEventListener("click", (event) => {
      const link = event.target.closest("[data-number]");
      if (!link) return;
      navigator.sendBeacon(list.dataset.address, new URLSearchParams({ q: list.dataset.query, number: link.dataset.number }));
    });
  });
}
