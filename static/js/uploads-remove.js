// Takes a held file out of the form, and tells the server that nobody needs it any more.
{
  document.querySelectorAll('[data-behaviour~="uploads-remove"]').forEach((box) => {
    box.addEventListener("click", (event) => {
      const item = event.target.closest(".uploads__remove")?.closest("li");
      if (!item) return;
      const body = new FormData();
      body.append("key", item.querySelector("[name=uploads]").value);
      body.append("is_complete", "yes");
      fetch(box.dataset.removal, { method: "POST", body });
      item.remove();
      box.querySelector("[role=status]").textContent = box.dataset.removed;
      box.querySelector("[type=file]").focus();
    });
  });
}
