// The plan workbench: a station is dragged to a hub on the map; the select does the same by hand.
let held = null;

document.addEventListener("pointerdown", (event) => {
  const station = stationAt(event);
  if (!station || station.classList.contains("hub")) return;
  held = station.dataset.id;
  station.closest("svg").classList.add("dragging");
  event.preventDefault();
});

document.addEventListener("pointermove", (event) => {
  if (!held) return;
  const over = stationAt(event);
  for (const g of document.querySelectorAll("#plan-result .station.over")) g.classList.remove("over");
  if (over && over.classList.contains("hub")) over.classList.add("over");
});

document.addEventListener("pointerup", (event) => {
  if (!held) return;
  const station = held;
  const over = stationAt(event);
  drop();
  if (over && over.classList.contains("hub")) giveTo(station, over.dataset.id);
});

document.addEventListener("pointercancel", drop);

// The answer of a check also tells what the address of this draft is.
document.addEventListener("htmx:afterSwap", (event) => {
  const key = document.getElementById("plan-result")?.dataset.key;
  const field = document.querySelector(".compare [name=plan]");
  if (key && field) field.value = key;
});

document.addEventListener("htmx:afterSwap", (event) => {
  const place = event.target.querySelector?.("#trade-off-chart");
  if (place) drawTradeOff(place);
});

document.addEventListener("change", (event) => {
  const row = event.target.closest?.(".scores tr");
  if (row) row.classList.toggle("moved", !chosenAtFirst(event.target));
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) document.getElementById("notice").hidden = true;
});

function giveTo(station, hub) {
  const select = document.getElementById(`hub-of-${station}`);
  if (!select || select.value === hub) return;
  select.value = hub;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

function chosenAtFirst(select) {
  return select.selectedOptions?.[0]?.defaultSelected ?? true;
}

function stationAt(event) {
  const found = document.elementFromPoint(event.clientX, event.clientY)?.closest?.("#plan-result .station");
  return found ?? null;
}

function drop() {
  held = null;
  document.querySelector("svg.dragging")?.classList.remove("dragging");
  for (const g of document.querySelectorAll("#plan-result .station.over")) g.classList.remove("over");
}

// The charts are a large file: it is asked for when somebody opens the trade-off.
async function drawTradeOff(place) {
  await charts();
  const { points, best, words } = JSON.parse(place.dataset.chart);
  const strengths = points.map((point) => point[2]);
  const said = ({ value }) => ["travel", "imbalance", "strength"].map((term, k) => `${words[term]}  ${value[k].toFixed(3)}`).join("\n");
  const chart = window.echarts.init(place, null, { renderer: "canvas" });
  chart.setOption({
    animation: false,
    grid: { left: 60, right: 20, top: 16, bottom: 84 },
    tooltip: { trigger: "item", renderMode: "richText", formatter: said },
    xAxis: { type: "value", name: words.travel, nameLocation: "middle", nameGap: 26, scale: true },
    yAxis: { type: "value", name: words.imbalance, nameLocation: "middle", nameGap: 40, scale: true },
    visualMap: {
      dimension: 2, min: Math.min(...strengths), max: Math.max(...strengths), precision: 2,
      orient: "horizontal", left: "center", bottom: 0, itemHeight: 160, text: [words.strength, ""],
      inRange: { color: ["#fde725", "#35b779", "#31688e", "#440154"] }, seriesIndex: 0,
    },
    series: [
      { type: "scatter", data: points, symbolSize: 9 },
      { type: "scatter", data: [best], symbol: "diamond", symbolSize: 16, itemStyle: { color: "transparent", borderColor: "#b3261e", borderWidth: 2 } },
    ],
  });
  chart.on("click", ({ value }) => {
    if (value[3]) location.assign(`/plans?${new URLSearchParams({ plan: value[3], ask: place.dataset.ask })}`);
  });
  place.dataset.drawn = "yes";
}

function charts() {
  if (window.echarts) return Promise.resolve();
  return new Promise((loaded, failed) => {
    const script = document.createElement("script");
    script.src = "/static/vendor/echarts.min.js";
    script.addEventListener("load", loaded);
    script.addEventListener("error", failed);
    document.head.append(script);
  });
}
