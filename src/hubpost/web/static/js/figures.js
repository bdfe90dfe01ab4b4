// Draws the charts of the figures page. Every number drawn stands in a table below its chart.

const chartData = (page) => JSON.parse(page.getElementById("chart-data").textContent);
let data = chartData(document);
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

// Bars of an interval with its middle: rows of [name, value, low, high].
function whiskers(rows, color) {
  return {
    type: "custom", itemStyle: { color }, data: rows, encode: { x: [1, 2, 3], y: 0 },
    renderItem: (params, api) => {
      const [middle, low, high] = [1, 2, 3].map((i) => api.coord([api.value(i), api.value(0)]));
      const line = { stroke: color, lineWidth: 2 };
      return { type: "group", children: [
        { type: "line", shape: { x1: low[0], y1: low[1], x2: high[0], y2: high[1] }, style: line },
        { type: "circle", shape: { cx: middle[0], cy: middle[1], r: 5 }, style: { fill: color } },
      ] };
    },
  };
}

function effect() {
  draw("effect-chart", {
    tooltip: { trigger: "item", renderMode: "richText", formatter: (p) => `${p.value[0]}  ${p.value[1]} % (${p.value[2]} – ${p.value[3]} %)` },
    grid: { left: 160, right: 30, top: 10, bottom: 40 }, legend: { show: false },
    xAxis: { type: "value", name: words.change, nameLocation: "middle", nameGap: 26 },
    yAxis: { type: "category", data: data.effect.rows.map((row) => row[0]), inverse: true },
    series: [{ ...whiskers(data.effect.rows, "#17406d"), markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: "#66707a" }, data: [{ xAxis: 0 }] } }],
  });
}

function calibration(side, one) {
  const line = (name, points, color, type) => ({ name, type: "line", data: points, symbol: "none", silent: true, lineStyle: { type, color, width: 1 }, itemStyle: { color } });
  const limit = (i, name) => line(name, one.points.map((p) => [p[0], p[i]]), "#9db3cb", "dashed");
  draw(`calibration-${side}`, {
    tooltip: { trigger: "item", renderMode: "richText", formatter: (p) => `${p.value[0]} % → ${p.value[1]} %` },
    xAxis: { type: "value", min: 0, max: 100, name: words.level, nameLocation: "middle", nameGap: 26 },
    yAxis: { type: "value", min: 0, max: 100 },
    series: [
      line(words.ideal, [[0, 0], [100, 100]], "#66707a", "solid"),
      limit(2, words.interval), limit(3, words.interval),
      { name: words.actual, type: "line", data: one.points.map((p) => [p[0], p[1]]), symbolSize: 9, lineStyle: { color: "#17406d" }, itemStyle: { color: "#17406d" } },
    ],
  });
}

function drift(side, one) {
  const line = (name, values, color) => ({ name, type: "line", data: values, symbol: "none", lineStyle: { color }, itemStyle: { color } });
  const alarms = one.alarms.map((i) => [one.weeks[i], Math.max(one.upper[i], one.lower[i])]);
  draw(`drift-${side}`, {
    xAxis: { type: "category", data: one.weeks }, yAxis: { type: "value", min: 0 },
    series: [
      line(words.slower, one.upper, "#b3261e"), line(words.faster, one.lower, "#0b6e4f"),
      { ...line(words.limit, one.weeks.map(() => one.h), "#66707a"), silent: true },
      { name: words.alarm, type: "scatter", data: alarms, symbol: "diamond", symbolSize: 12, itemStyle: { color: "#b3261e" } },
    ],
  });
}

function studies(sections) {
  if (sections.includes("effect") && data.effect) effect();
  if (!sections.includes("predicted")) return;
  for (const [side, one] of Object.entries(data.predicted || {})) {
    calibration(side, one);
    drift(side, one);
  }
}

// Studies take seconds and are made beside the page; what is ready takes the place of its notice.
async function fetchStudies() {
  const waiting = ["effect", "predicted"].filter((id) => document.querySelector(`#${id} [data-pending]`));
  if (!waiting.length) return;
  const answer = await fetch(location.href).catch(() => null);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  const ready = page ? waiting.filter((id) => page.querySelector(`#${id}`) && !page.querySelector(`#${id} [data-pending]`)) : [];
  if (ready.length) data = chartData(page);
  for (const id of ready) document.getElementById(id).replaceWith(page.getElementById(id));
  studies(ready);
  setTimeout(fetchStudies, 2000);
}

studies(["effect", "predicted"]);
setTimeout(fetchStudies, 1500);
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
