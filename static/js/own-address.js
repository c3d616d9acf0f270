// A page that came as the answer to a button takes its own address, so that loading it anew sends nothing again.
{
  const page = document.querySelector('[data-behaviour~="own-address"]');
  if (page) history.replaceState(null, "", page.dataset.address);
}
