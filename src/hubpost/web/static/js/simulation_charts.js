// Spreads of response, before and after. Every line drawn stands in a table below its chart.

const data = JSON.parse(document.getElementById("simulation-charts").textContent);
const { words } = data;
const LOOK = { before: { color: "#8a97a8", type: "dashed" }, after: { color: "#1b2a41", type: "solid" } };
const drawn = data.charts.map(draw);

function draw(chart, i) {
  const place = document.getElementById(`chart-${i}`);
  const drawing = window.echarts.init(place, null, { renderer: "canvas" });
  drawing.setOption({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    // Rich text: the strict policy lets no style attributes in.
    tooltip: { trigger: "item", renderMode: "richText", formatter: ({ seriesName, value }) => `${seriesName}: ${value[0].toFixed(1)} ${words.minutes}, ${value[1].toFixed(0)} %` },
    legend: { top: 0, data: [words.before, words.after] },
    grid: { left: 52, right: 46, top: 34, bottom: 40 },
    xAxis: { type: "value", min: 0, max: chart.tail ? undefined : rightEdge(chart), name: words.minutes, nameLocation: "end", nameGap: 4 },
    yAxis: chart.tail ? { type: "log", min: 1, max: 100, axisLabel: { formatter: "{value} %" } } : { type: "value", min: 0, max: 100, axisLabel: { formatter: "{value} %" } },
    series: ["before", "after"].map((side) => line(chart, side)),
  });
  place.dataset.drawn = "yes";
  return drawing;
}

function line(chart, side) {
  const points = chart[side].map((minutes, k) => [minutes, 100 * (chart.tail ? 1 - data.shares[k] : data.shares[k])]);
  return {
    name: words[side], type: "line", data: points, symbolSize: 4, showSymbol: false, clip: true,
    itemStyle: { color: LOOK[side].color }, lineStyle: LOOK[side],
    markLine: side === "after" ? { silent: true, symbol: "none", data: [{ xAxis: data.target }], lineStyle: { color: "#b3261e", type: "dotted" }, label: { formatter: words.target, position: "insideEndTop" } } : undefined,
  };
}

/** The slowest twentieth would press the rest together. */
function rightEdge(chart) {
  const at = data.shares.findIndex((share) => share >= 0.95);
  const most = Math.max(data.target, ...["before", "after"].map((side) => chart[side][at] ?? 0));
  return Math.ceil(most / 5) * 5;
}

window.addEventListener("resize", () => drawn.forEach((drawing) => drawing.resize()));
