// A button that copies its `data-copy`; it stays hidden where the browser cannot copy.
{
  document.querySelectorAll('[data-behaviour~="copy"]').forEach((button) => {
    if (!navigator.clipboard) return;
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  });
}
