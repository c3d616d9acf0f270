// How many cases are chosen stands beside what can be done with them, which stays in sight.
document.querySelectorAll('[data-behaviour~="bulk"]').forEach((form) => {
  const bar = form.querySelector("[data-bulk]"), place = form.querySelector("[data-bulk-count]"), words = place.textContent;
  const count = () => {
    const chosen = form.querySelectorAll('input[name="case"]:checked').length;
    place.textContent = chosen ? `${words} ${chosen}` : words;
    bar.toggleAttribute("data-chosen", chosen > 0);
  };
  form.addEventListener("change", count);
  count();
});
