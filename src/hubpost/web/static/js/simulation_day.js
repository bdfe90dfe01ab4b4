// A simulated day: where every unit is at a second, along the way it drives.

/** Legs by unit with their lengths, states by unit, both in the order of time. */
export function makeDay(day) {
  const units = new Map(day.units.map((u) => [u.id, { ...u, legs: [], states: [] }]));
  for (const leg of day.legs) units.get(leg.unit).legs.push(measured(leg));
  for (const [second, id, state] of day.states) units.get(id).states.push([second, state]);
  return { units: [...units.values()], calls: day.calls };
}

/** Each unit with its place, state, leg and the share of it that is driven. */
export function unitsAt(day, second) {
  return day.units.map((unit) => {
    const leg = last(unit.legs, (l) => l.from_s <= second);
    const state = last(unit.states, ([at]) => at <= second)?.[1] ?? "at_station";
    const driving = leg !== undefined && second < leg.to_s;
    const share = driving ? (second - leg.from_s) / (leg.to_s - leg.from_s) : 1;
    const at = leg ? along(leg, share) : [unit.lon, unit.lat];
    const away = driving || at[0] !== unit.lon || at[1] !== unit.lat ? state !== "at_station" : false;
    return { id: unit.id, name: unit.name, state, at, away: away || state === "assigned", share, leg: driving ? leg : null, call: leg && state !== "at_station" ? leg.call : null };
  });
}

/** Calls that are taken and not yet closed; waiting while nobody has come. */
export function openCallsAt(day, second) {
  return day.calls
    .filter((c) => c.received_s <= second && (c.cleared_s === null || second < c.cleared_s))
    .map((c) => ({ ...c, waiting: c.arrived_s === null || second < c.arrived_s }));
}

/** The second of the first call after this one, or undefined. */
export function nextCallS(day, second) {
  return day.calls.map((c) => c.received_s).sort((a, b) => a - b).find((s) => s > second);
}

function measured(leg) {
  const lengths = [0];
  leg.line.slice(1).forEach((to, i) => lengths.push(lengths[i] + Math.hypot((to[0] - leg.line[i][0]) * Math.cos((to[1] * Math.PI) / 180), to[1] - leg.line[i][1])));
  const shape = new ol.geom.LineString(leg.line.map((p) => ol.proj.fromLonLat(p)));
  return { ...leg, lengths, shape };
}

function along({ line, lengths }, share) {
  const wanted = share * lengths[lengths.length - 1];
  const i = lengths.findIndex((length) => length >= wanted);
  if (i <= 0) return share > 0 ? line[line.length - 1] : line[0];
  const part = (wanted - lengths[i - 1]) / (lengths[i] - lengths[i - 1] || 1);
  return line[i].map((to, axis) => line[i - 1][axis] + part * (to - line[i - 1][axis]));
}

function last(sorted, holds) {
  for (let i = sorted.length - 1; i >= 0; i -= 1) if (holds(sorted[i])) return sorted[i];
  return undefined;
}
