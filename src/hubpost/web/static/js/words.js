// The words this page's scripts say, in the viewer's language; sent with the page.
const words = JSON.parse(document.getElementById("script-words").textContent);

/** A message in the viewer's language; facts fill its %(name)s places. */
export function t(message, facts = {}) {
  const text = words[message] ?? message;
  return text.replace(/%\((\w+)\)s/g, (whole, name) => facts[name] ?? whole);
}
