// The seconds in which an answer can be taken back are counted down; then the page says that it goes out.
document.querySelectorAll('[data-behaviour~="waiting"]').forEach((box) => {
  const place = box.querySelector("span");
  const words = place.textContent, before = box.dataset.seconds, until = Date.now() + Number(before) * 1000;
  box.setAttribute("aria-live", "off");

  const timer = setInterval(() => {
    const left = Math.ceil((until - Date.now()) / 1000);
    place.textContent = left > 0 ? words.replace(before, String(left)) : box.dataset.gone;
    if (left > 0) return;
    clearInterval(timer);
    box.querySelector("form").hidden = true;
    box.removeAttribute("aria-live");
  }, 250);
});
