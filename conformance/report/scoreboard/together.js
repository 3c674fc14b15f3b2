// All reports of a board in one page, each packed: the address says which is read, `?NAME`; without a name they are listed.
const { axes, packed } = JSON.parse(document.getElementById("data").textContent);
const asked = location.search.slice(1);

function listed() {
  const names = Object.keys(packed);
  document.getElementById("head").append(el("p", { class: "eyebrow" }, "rnnspec scoreboard"), el("h1", null, asked ? "There is no such report here" : "Reports"));
  document.getElementById("overview").append(el("ul", null, names.map((name) => el("li", null, el("a", { href: `?${name}`, class: "name" }, packed[name][0])))));
  performance.mark("usable");
}

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

if (!Object.hasOwn(packed, asked)) return listed();
document.title = packed[asked][0];
const given = { axes, reports: await unpacked(packed[asked][1]) };
