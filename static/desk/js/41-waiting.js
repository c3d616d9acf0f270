// The seconds in which an answer can be taken back are counted down; then the page says that it goes out.
document.querySelectorAll('[data-behaviour~="waiting"]').forEach((box) => {
  const place = box.querySelector("span");
  const words = place.textContent, before = box.dataset.seconds, until = Date.now() + Number(before) * 1000;
  box.setAttribute("aria-live", "off");

  const timer = setInterval(() => {
    const left = Math.ceil((until - Date.now()) / 1000);
    if (left > 0) {
      place.textContent = words.replace(before, String(left));
      return;
    }
    clearInterval(timer);
    // Counting is silent; that it goes out is said aloud.
    box.removeAttribute("aria-live");
    box.querySelector("form").hidden = true;
    place.textContent = box.dataset.gone;
  }, 250);
});
