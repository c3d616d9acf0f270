// Which offered article was opened: counted once for each form, without a person's name.
{
  document.querySelectorAll('[data-behaviour~="offers"]').forEach((region) => {
    const opened = region.closest("form").elements.opened;

    region.addEventListener("toggle", (event) => {
      const number = event.target.dataset?.number;
      const known = opened.value.split(",").filter(Boolean);
      if (!number || !event.target.open || known.includes(number)) return;
      opened.value = [...known, number].join(",");
      navigator.sendBeacon(region.dataset.address, new URLSearchParams({ number }));
    }, true);
  });
}
