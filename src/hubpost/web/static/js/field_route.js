// The way to a call as a line, without any map: it is small, and it is there without signal.
const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 320;
const HEIGHT = 180;
const EDGE = 14;

/** Draw a route as /field/route gives it; null when there is none. */
export function routeNode(route, words) {
  const line = route?.line ?? [];
  if (line.length < 2) return null;
  const node = document.createElement("figure");
  node.className = "route";
  node.append(drawLine(line, words));
  const said = document.createElement("figcaption");
  const km = (route.distance_m / 1000).toFixed(1);
  const minutes = Math.max(1, Math.round(route.travel_s / 60));
  said.textContent = `${words.way}: ${minutes} min · ${km} km${route.labels ? ` · ${route.labels}` : ""}`;
  node.append(said);
  return node;
}

function drawLine(line, words) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", words.way);
  const at = projection(line);
  const way = document.createElementNS(SVG, "polyline");
  way.setAttribute("points", line.map((p) => at(p).map((v) => v.toFixed(1)).join(",")).join(" "));
  svg.append(way, dot(at(line[0]), "from", 6), dot(at(line.at(-1)), "to", 8));
  return svg;
}

/** North is up; a degree of longitude is shorter than one of latitude. */
function projection(line) {
  const lons = line.map((p) => p[0]);
  const lats = line.map((p) => p[1]);
  const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)];
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = Math.min(
    (WIDTH - 2 * EDGE) / Math.max(1e-6, (east - west) * narrow),
    (HEIGHT - 2 * EDGE) / Math.max(1e-6, north - south),
  );
  const [midLon, midLat] = [(west + east) / 2, (south + north) / 2];
  return ([lon, lat]) => [WIDTH / 2 + (lon - midLon) * narrow * scale, HEIGHT / 2 - (lat - midLat) * scale];
}

function dot([x, y], name, radius) {
  const circle = document.createElementNS(SVG, "circle");
  for (const [key, value] of Object.entries({ cx: x.toFixed(1), cy: y.toFixed(1), r: radius, class: name })) {
    circle.setAttribute(key, value);
  }
  return circle;
}
