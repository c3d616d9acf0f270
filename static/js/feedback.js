// After a vote was swapped in place, the keyboard and the screen reader go on at its new heading.
{
  document.addEventListener("htmx:afterSwap", (event) => {
    if (!event.target.matches('[data-behaviour~="feedback"]')) return;
    event.target.querySelector("[tabindex='-1']").focus();
  });
}
