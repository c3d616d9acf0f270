// A button that prints the page; it stays hidden where nothing can be done without a script.
{
  document.querySelectorAll('[data-behaviour~="print"]').forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
}
