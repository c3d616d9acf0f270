// Sends each chosen file at once and shows how far it is; the server answers with its line of the list.
{
  const bind = (box) => {
    const { address, mostBytes, wait, pasted } = box.dataset;
    const [input, list, status] = ["[type=file]", ".uploads__list", "[role=status]"].map((each) => box.querySelector(each));
    const form = box.closest("form");
    let waiting = 0;
    let queue = Promise.resolve();

    const line = (part, name = "") => {
      const item = box.querySelector(`[data-part="${part}"]`).content.firstElementChild.cloneNode(true);
      const place = item.querySelector(".uploads__name");
      if (place) place.textContent = name;
      return item;
    };
    const fail = (item, file) => {
      const failed = line("failed", file.name);
      failed.querySelector("button").addEventListener("click", () => { failed.remove(); add([file]); });
      item.replaceWith(failed);
      status.textContent = failed.textContent;
    };
    const send = (file, item) => new Promise((done) => {
      const request = new XMLHttpRequest();
      const body = new FormData();
      form.querySelectorAll("[name=uploads]:checked").forEach((tick) => body.append("uploads", tick.value));
      body.append("attachments", file, file.name || `${pasted}.png`);
      body.append("token", form.elements.token?.value ?? "");
      body.append("is_complete", "yes");
      request.upload.onprogress = (event) => { item.querySelector("progress").value = event.loaded / event.total; };
      request.onloadend = () => {
        if (request.status !== 200) fail(item, file);
        else {
          status.textContent = new DOMParser().parseFromString(request.responseText, "text/html").body.textContent;
          item.outerHTML = request.responseText;
        }
        done();
      };
      request.open("POST", address);
      request.send(body);
    });
    const add = (files) => [...files].forEach((file) => {
      if (file.size > Number(mostBytes)) return list.append(line("large"));
      const item = list.appendChild(line("sending", file.name));
      waiting += 1;
      queue = queue.then(() => send(file, item)).then(() => { waiting -= 1; });
    });

    box.classList.add("uploads--live");
    box.addEventListener("files", (event) => add(event.detail));
    input.addEventListener("change", () => { add(input.files); input.value = ""; });
    form.addEventListener("submit", (event) => {
      if (!waiting) return;
      event.preventDefault();
      status.textContent = wait;
      queue.then(() => form.requestSubmit(event.submitter));
    });
  };

  document.querySelectorAll('[data-behaviour~="uploads"]').forEach(bind);
}
