// What makes pages quicker for whoever runs scripts. Every page does its work without this file.
(() => {
  "use strict";
  const root = document.documentElement;
  const find = (selector, within = document) => [...within.querySelectorAll(selector)];
  const closest = (event, selector) => event.target instanceof Element && event.target.closest(selector);
  const cookie = (name) => document.cookie.split("; ").find((each) => each.startsWith(name + "="))?.slice(name.length + 1);

  // The reader's time zone, for the next page: times are written by the server.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && decodeURIComponent(cookie("__Host-zone") ?? "") !== zone)
    document.cookie = `__Host-zone=${encodeURIComponent(zone)}; Path=/; Secure; SameSite=Lax; Max-Age=31536000`;

  // Show what only works with this file, in the page and in what htmx brings later.
  const prepare = (within) => {
    root.classList.add("js");
    find("[data-copy], [data-reveal], [data-dismiss]", within).forEach((each) => (each.hidden = false));
    find("[data-toast].success", within).forEach((toast) => {
      if (!toast.querySelector("form")) fade(toast);
    });
    find("[data-all]", within).forEach(count);
  };

  const fade = (toast) => {
    const wait = () => (toast.timer = setTimeout(() => toast.remove(), 8000));
    for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, () => clearTimeout(toast.timer));
    for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, wait);
    wait();
  };

  // A long menu shows where the reader is.
  const show = () => document.querySelector(".side [aria-current]")?.scrollIntoView({ block: "nearest" });

  // Choosing rows: the box in the head chooses all that are on the page; the bar says how many.
  const picks = (all) => find(".pick input[name]", all.closest("table"));
  const count = (all) => {
    const chosen = picks(all).filter((each) => each.checked).length;
    all.checked = chosen > 0 && chosen === picks(all).length;
    all.indeterminate = chosen > 0 && !all.checked;
    const said = document.querySelector("[data-said]");
    if (said) said.textContent = chosen ? said.dataset.said.replace("{n}", chosen) : "";
  };

  let last = null; // the box that was ticked last: shift chooses the rows between
  const pick = (box, shift) => {
    const all = box.closest("table")?.querySelector("[data-all]");
    if (!all) return;
    const boxes = picks(all);
    if (box === all) boxes.forEach((each) => (each.checked = all.checked));
    else if (shift && boxes.includes(last)) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      boxes.slice(from, to + 1).forEach((each) => (each.checked = box.checked));
    }
    last = box;
    count(all);
  };

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(source ? source.value || source.textContent.trim() : button.dataset.copy);
    const said = button.querySelector("[data-done]");
    const use = button.querySelector("use");
    const [text, picture] = [said.textContent, use.getAttribute("href")];
    said.textContent = said.dataset.done;
    use.setAttribute("href", picture.replace(/#.*/, "#check"));
    setTimeout(() => ((said.textContent = text), use.setAttribute("href", picture)), 2000);
  };

  const reveal = (button) => {
    const input = document.getElementById(button.dataset.reveal);
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  };

  // A page that asks "really?" opens above the one that led to it. Without an answer of that kind, go there.
  const ask = async (link) => {
    try {
      const answer = await fetch(link.href, { headers: { "X-Requested-With": "dialog" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const asked = answer.ok && page.querySelector("[data-confirm]");
      if (!asked) return location.assign(link.href);
      const dialog = document.createElement("dialog");
      find("form:not([action])", asked).forEach((form) => form.setAttribute("action", answer.url));
      find("h1, h2", asked).forEach((head, place) => place || dialog.setAttribute("aria-label", head.textContent.trim()));
      dialog.append(asked);
      dialog.addEventListener("close", () => (dialog.remove(), (link.closest("details")?.firstElementChild ?? link).focus()));
      link.closest("details")?.removeAttribute("open");
      document.body.append(dialog);
      prepare(dialog);
      dialog.showModal();
    } catch {
      location.assign(link.href);
    }
  };

  document.addEventListener("click", (event) => {
    const button = closest(event, "[data-copy], [data-reveal], [data-dismiss]");
    if (button?.dataset.copy !== undefined) copy(button);
    else if (button?.dataset.reveal) reveal(button);
    else if (button) button.closest("[data-toast]").remove();
    const link = closest(event, "a[data-dialog]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) event.preventDefault(), ask(link);
    const cancel = closest(event, "dialog [data-cancel]");
    if (cancel) event.preventDefault(), cancel.closest("dialog").close();
    if (event.target instanceof HTMLDialogElement) event.target.close(); // the ground around it
    find("details[data-menu][open]").forEach((menu) => menu.contains(event.target) || (menu.open = false));
    const box = closest(event, ".pick input");
    if (box) pick(box, event.shiftKey);
  });

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && closest(event, "details[data-menu][open]");
    if (menu) (menu.open = false), menu.querySelector("summary").focus();
    const open = closest(event, "details[data-menu][open] .sheet");
    if (open && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      const items = find("a, button", open);
      const step = event.key === "ArrowDown" ? 1 : -1;
      items[(items.indexOf(document.activeElement) + step + items.length) % items.length]?.focus();
      event.preventDefault();
    }
    const typing = closest(event, "input, textarea, select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      const seek = document.querySelector("[type=search]");
      if (seek) seek.focus(), event.preventDefault();
    }
  });

  // A second click while the first one is on its way does nothing; coming back makes the form good again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented || "again" in form.dataset) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(ready, 20000, form); // the network may have failed
  });
  const ready = (form) => {
    delete form.dataset.sent;
    find("[aria-busy]", form).forEach((each) => each.removeAttribute("aria-busy"));
  };
  addEventListener("pageshow", () => find("form[data-sent]").forEach(ready));

  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.value;
    // Empty fields of a filter bar need not stand in the address.
    if (event.detail.verb === "get")
      for (const [name, value] of [...event.detail.formData.entries()]) if (value === "") event.detail.formData.delete(name);
  });
  document.addEventListener("htmx:afterRequest", (event) => event.target instanceof HTMLFormElement && ready(event.target));
  // A whole page where a part was asked for: whoever was here is signed out, or something broke. Go and see.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!/^\s*<!doctype/i.test(event.detail.xhr.responseText)) return;
    event.detail.shouldSwap = false;
    location.assign(event.detail.pathInfo.finalRequestPath);
  });
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => (prepare(document), show()));
  else prepare(document), show();
})();
