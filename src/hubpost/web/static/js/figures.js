// Draws the charts of the figures page. Every number drawn stands in a table below its chart.

const data = JSON.parse(document.getElementById("chart-data").textContent);
const words = data.words;
const drawn = [];

// Tooltips as rich text: the strict policy lets no style attributes in.
const base = {
  animation: false,
  textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
  tooltip: { trigger: "axis", renderMode: "richText" },
  grid: { left: 60, right: 20, top: 40, bottom: 40 },
  legend: { top: 0 },
};

function draw(id, option) {
  const place = document.getElementById(id);
  if (!place) return;
  const chart = window.echarts.init(place, null, { renderer: "canvas" });
  chart.setOption({ ...base, ...option });
  drawn.push(chart);
  place.dataset.drawn = "yes";
}

function trend() {
  const band = (name, values) => ({
    name, type: "line", data: values, symbol: "none", stack: "band", lineStyle: { opacity: 0 },
    areaStyle: name === words.interval ? { opacity: 0.18, color: "#17406d" } : { opacity: 0 },
    itemStyle: { color: "#9db3cb" }, tooltip: { show: false }, silent: true,
  });
  const width = data.high.map((high, i) => (high === null ? null : high - data.low[i]));
  draw("trend-chart", {
    legend: { top: 0, data: [words.calls, words.interval] },
    xAxis: { type: "category", data: data.months },
    yAxis: { type: "value", min: 0 },
    series: [
      band("", data.low),
      band(words.interval, width),
      { name: words.calls, type: "line", data: data.calls, itemStyle: { color: "#17406d" } },
    ],
  });
}

function response() {
  const line = (name, values, color, type) => ({
    name, type: "line", data: values, connectNulls: false, itemStyle: { color },
    lineStyle: { type, color },
  });
  const all = [
    line(words.p50, data.p50, "#0b6e4f", "solid"),
    line(words.p90, data.p90, "#17406d", "solid"),
    line(words.predicted_p50, data.predicted_p50, "#0b6e4f", "dashed"),
    line(words.predicted_p90, data.predicted_p90, "#17406d", "dashed"),
  ];
  draw("response-chart", {
    xAxis: { type: "category", data: data.months },
    yAxis: { type: "value", min: 0, name: words.minutes },
    series: all.filter((one) => one.data.some((value) => value !== null)),
  });
}

function funnel() {
  const limit = (key, name, type) => ({
    name, type: "line", data: data.funnel.limits[key], symbol: "none", silent: true,
    lineStyle: { type, color: "#66707a", width: 1 }, itemStyle: { color: "#66707a" },
  });
  const sizes = data.funnel.limits.low_95.map((point) => point[0]);
  const target = [[Math.min(...sizes), data.funnel.target], [Math.max(...sizes), data.funnel.target]];
  const points = data.funnel.rows.map((row) => ({
    name: row.station, value: [row.size, row.value],
    itemStyle: { color: row.out ? "#b3261e" : "#17406d" },
    symbol: row.out ? "diamond" : "circle",
    label: { show: row.out, formatter: row.station, position: "top", color: "#1c2733" },
  }));
  draw("funnel-chart", {
    tooltip: { trigger: "item", renderMode: "richText", formatter: (p) => `${p.name}  ${p.value[1]}` },
    xAxis: { type: "value", name: data.funnel.share ? words.size_share : words.size_rate, nameLocation: "middle", nameGap: 26, scale: true },
    yAxis: { type: "value", scale: true },
    series: [
      limit("low_95", words.limit_95, "solid"), limit("high_95", words.limit_95, "solid"),
      limit("low_998", words.limit_998, "dashed"), limit("high_998", words.limit_998, "dashed"),
      { name: words.target, type: "line", data: target, symbol: "none", silent: true, lineStyle: { color: "#0b6e4f" }, itemStyle: { color: "#0b6e4f" } },
      { name: words.stations, type: "scatter", data: points, symbolSize: 9, itemStyle: { color: "#17406d" } },
    ],
  });
}

if (data.months.length) {
  trend();
  response();
}
if (data.funnel && data.funnel.rows.length) funnel();
window.addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));

// On paper every table is open: a chart alone is not for everyone.
window.addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("details")) one.open = true;
  drawn.forEach((chart) => chart.resize());
});
document.body.dataset.ready = "yes";
