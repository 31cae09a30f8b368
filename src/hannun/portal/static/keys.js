// The keyboard on the search page: "/" goes to the field, arrows walk the results, Enter opens.
(() => {
  const field = () => document.querySelector(".search-input");
  const results = () => [...document.querySelectorAll("a.result")];
  const isTyping = (target) => target.matches("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const input = field();
    if (event.key === "/" && !isTyping(event.target)) {
      event.preventDefault();
      if (input) { input.focus(); input.select(); }
      else document.querySelector("a.brand")?.click();
      return;
    }
    if (!input) return;
    const links = results();
    const at = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown" && (event.target === input || at >= 0)) {
      event.preventDefault();
      links[Math.min(at + 1, links.length - 1)]?.focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      event.preventDefault();
      (at === 0 ? input : links[at - 1]).focus();
    } else if (event.key === "Enter" && event.target === input && links.length) {
      const exact = links.find((link) => link.textContent.trim() === input.value.trim());
      (exact ?? links[0]).click();
    }
  });
})();
