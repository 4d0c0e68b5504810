// Symbols of terminals and places, and gates as bars across the strait they close.

import { inkOf, likeOf, lookOf } from '../atlas/kinds.js';
import { standing } from '../atlas/model.js';
import { copies, spot } from '../geo/projection.js';

const symbols = new Map();

export function symbolPath(table, name) {
  if (!symbols.has(name)) {
    const path = new Path2D(table[name] ?? table.city);
    path.d = table[name] ?? table.city;
    symbols.set(name, path);
  }
  return symbols.get(name);
}

// One symbol, `size` pixels across; hollow ones are lines.
export function drawSymbol(ctx, table, name, x, y, size, colour, halo, hollow = false) {
  const k = size / 24,
    path = symbolPath(table, name);
  ctx.save();
  ctx.translate(x - size / 2, y - size / 2);
  ctx.scale(k, k);
  ctx.lineJoin = 'round';
  ctx.strokeStyle = halo;
  ctx.lineWidth = 3.2 / k;
  ctx.stroke(path);
  if (hollow) {
    ctx.fillStyle = halo;
    ctx.fill(path);
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.2 / k;
    ctx.stroke(path);
  } else {
    ctx.fillStyle = colour;
    ctx.fill(path, 'evenodd');
  }
  ctx.restore();
}

const spotsOf = (f, lon, north) =>
  copies([lon - 1, 0, lon + 1, 0], f)
    .map((k) => ({ k, at: spot(f, lon, north, k) }))
    .filter(({ at }) => at && at[0] > -30 && at[0] < f.width + 30 && at[1] > -20 && at[1] < f.height + 20)
    .map(({ k, at: [x, y] }) => ({ k, x, y }));

// So few of a kind have room in any view.
const FEW = 30;

// Events that the atlas draws: where they were, or beside the place that they name. Of several at one
// spot the latest is seen, of those to come the next.
function eventsFor(f, atlas, palette, model, northing, chosen) {
  const { facts } = atlas,
    out = [];
  for (const row of facts.events) {
    const picked = chosen('event', row.id);
    if (!row.at || !(picked || model.on('events'))) continue;
    if (!picked && model.state.date && row.date > model.date) continue;
    const look = lookOf(facts, 'events', row.kind),
      aside = row.lon === undefined ? 9 : 0;
    for (const [lon, lat] of row.at)
      for (const { k, x, y } of spotsOf(f, lon, northing(lat)))
        out.push({
          k,
          x: x + aside,
          y: y - aside,
          key: `event:${row.id}`,
          kind: 'event',
          row,
          size: 12.5,
          priority: (picked ? 50 : 0) + 40 + Number(row.date.slice(0, 4)) / 1000,
          symbol: look.symbol,
          colour: inkOf(look, palette, palette.accent),
          hollow: facts.style.looks.events[row.status].hollow,
        });
  }
  return out;
}

// Symbols to draw in this frame, the important ones first; a lower one within 9 px of a higher
// one is left out until there is room.
export function symbolsFor(f, atlas, palette, model, northing) {
  const out = [];
  const { facts } = atlas,
    { zoom } = f,
    idle = (status) => facts.style.looks.terminals[status].hollow;
  const put = (kind, row, size, priority, look) => {
    for (const found of spotsOf(f, row.lon, northing(row.lat)))
      out.push({ ...found, key: `${kind}:${row.id}`, kind, row, size, priority, ...look });
  };
  const chosen = (kind, id) =>
    model.state.selected === `${kind}:${id}` || model.related?.has(`${kind}:${id}`) || model.focused[kind]?.has(id);
  for (const row of facts.terminals) {
    const cap = row.cap ?? 1,
      used = model.usedTerminals.has(row.id) && model.on('routes'),
      picked = chosen('terminal', row.id);
    if (!model.on('terminals') && !picked) continue;
    if (!picked && !used && zoom < (cap >= 15 ? 2.6 : cap >= 7 ? 3.1 : 3.8)) continue;
    const status = atlas.terminalStatus(row, model.date)?.status ?? standing('terminal', row, model.date);
    const look = lookOf(facts, 'terminals', row.kind),
      exporter = likeOf(facts, 'terminals', row.kind).startsWith('export');
    const colour = used || row.role ? palette[row.role ?? 'quiet'] : palette.quiet;
    put(
      'terminal',
      row,
      exporter ? Math.min(15, 10.5 + cap / 8) : 10.5,
      (picked ? 50 : 0) + (used ? 58 : 38) + cap / 4 - (idle(status) ? 8 : 0),
      { symbol: look.symbol, colour: inkOf(look, palette, exporter ? colour : palette.ink), hollow: idle(status) },
    );
  }
  for (const row of facts.places) {
    const picked = chosen('place', row.id),
      capital = likeOf(facts, 'places', row.kind) === 'capital',
      look = lookOf(facts, 'places', row.kind);
    if (!model.on('places') && !picked) continue;
    const least =
      row.pole || facts.places.length <= FEW ? 0 : capital ? (row.article ? 0 : 2.9) : row.article ? 3.9 : 4.5;
    if (!picked && zoom < least) continue;
    put(
      'place',
      row,
      row.pole ? 17 : capital ? 13 : 12,
      row.pole ? 200 : (picked ? 40 : 0) + (capital ? 60 : 30) + (row.article ? 6 : 0),
      {
        symbol: row.pole ? 'pole' : look.symbol,
        colour: row.pole ? palette.accent : inkOf(look, palette, palette.ink),
        hollow: false,
        capital,
      },
    );
  }
  out.push(...eventsFor(f, atlas, palette, model, northing, chosen));
  out.sort((a, b) => b.priority - a.priority || (a.key < b.key ? -1 : 1));
  const kept = [];
  for (const s of out) {
    const crowd = s.priority >= 200 ? 0 : zoom > 6 ? 5 : 9;
    if (!kept.some((t) => Math.abs(t.x - s.x) < crowd && Math.abs(t.y - s.y) < crowd)) kept.push(s);
  }
  return kept;
}

// Gates to draw: a bar at least 14 px long, growing to close the strait when near.
export function gatesFor(f, atlas, model) {
  const out = [];
  for (const { row, line } of atlas.gates) {
    const state = model.gateState.get(row.id),
      shut = state === 'shut';
    const ink = shut ? 'closed' : atlas.facts.style.looks.gates[state]?.ink;
    const picked =
      model.state.selected === `gate:${row.id}` ||
      model.related?.has(`gate:${row.id}`) ||
      model.focused.gate?.has(row.id);
    const used = model.used.has(row.id) && model.on('routes');
    if (!model.on('gates') && !shut && !picked) continue;
    const least =
      atlas.gates.length <= FEW
        ? 0
        : row.rank === 1
          ? used
            ? 0
            : 2.6
          : row.rank === 2
            ? used
              ? 2.7
              : 3.6
            : used
              ? 3.9
              : 4.8;
    if (!shut && !picked && f.zoom < least) continue;
    if (row.closed === 'always' && !picked && !shut && f.zoom < 4) continue;
    const [first, last] = [line[0], line.at(-1)];
    const middle = [(first[0] + last[0]) / 2, (first[1] + last[1]) / 2];
    for (const k of copies([middle[0] - 3, 0, middle[0] + 3, 0], f)) {
      const to = (/** @type {number[]} */ [x, y]) => spot(f, x, y, k);
      let points = line.map(to);
      if (points.includes(null) || !to(middle)) continue;
      const length = Math.hypot(points.at(-1)[0] - points[0][0], points.at(-1)[1] - points[0][1]);
      const [x, y] = to(middle);
      if (x < -40 || y < -40 || x > f.width + 40 || y > f.height + 40) continue;
      // Wide passages are drawn short until one is near.
      const most = Math.max(16, (f.zoom - 3.2) * 60),
        wanted = Math.max(14, Math.min(length, most));
      if (wanted !== length) {
        const dx = length ? (points.at(-1)[0] - points[0][0]) / length : 0,
          dy = length ? (points.at(-1)[1] - points[0][1]) / length : 1;
        points = [
          [x - (dx * wanted) / 2, y - (dy * wanted) / 2],
          [x + (dx * wanted) / 2, y + (dy * wanted) / 2],
        ];
      }
      out.push({
        key: `gate:${row.id}`,
        row,
        k,
        x,
        y,
        points,
        state,
        ink,
        shut,
        used,
        picked,
        priority: shut
          ? 120 + (picked ? 6 : 0) - row.rank
          : (picked ? 45 : 0) + (used ? 56 : 30) + (4 - row.rank) * 6 + (state === 'closed' ? 30 : 0),
      });
    }
  }
  return out.sort((a, b) => b.priority - a.priority || (a.key < b.key ? -1 : 1));
}

export function paintGates(ctx, gates, palette, model, eased, hits) {
  ctx.lineCap = 'butt';
  for (const gate of [...gates].reverse()) {
    const alpha = gate.shut ? 1 : eased(gate.key, model.alpha('gate', gate.row.id));
    ctx.globalAlpha = alpha;
    const colour = palette[gate.ink ?? 'gate'];
    for (const [width, style] of [
      [5.2, palette.halo],
      [2.4, colour],
    ]) {
      ctx.beginPath();
      gate.points.forEach(([x, y], i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
      ctx.lineWidth = width;
      ctx.strokeStyle = style;
      ctx.stroke();
    }
    if (gate.shut) cross(ctx, gate.x, gate.y, palette);
    else if (gate.ink) badge(ctx, gate.x, gate.y, colour, palette.halo);
    if (alpha > 0.15) hits.points.push({ key: gate.key, x: gate.x, y: gate.y, r: 9, line: gate.points });
  }
  ctx.globalAlpha = 1;
}

function disc(ctx, x, y, r, colour, halo) {
  ctx.beginPath();
  ctx.arc(x, y, r, 0, 2 * Math.PI);
  ctx.fillStyle = colour;
  ctx.fill();
  ctx.lineWidth = 1.6;
  ctx.strokeStyle = halo;
  ctx.stroke();
}

// The mark of a closed strait, on the map and in its key.
export function cross(ctx, x, y, palette) {
  disc(ctx, x, y, 7.5, palette.closed, palette.halo);
  ctx.beginPath();
  for (const [a, b] of [
    [-1, -1],
    [-1, 1],
  ]) {
    ctx.moveTo(x + 3 * a, y + 3 * b);
    ctx.lineTo(x - 3 * a, y - 3 * b);
  }
  ctx.lineWidth = 2;
  ctx.strokeStyle = palette.halo;
  ctx.stroke();
}

const badge = (ctx, x, y, colour, halo) => disc(ctx, x, y, 4.2, colour, halo);

// How far outside a symbol the ring lies that tells of something new there.
export const RING = 4;

export function paintSymbols(ctx, symbolsToDraw, table, palette, model, eased, hits) {
  for (const s of [...symbolsToDraw].reverse()) {
    const alpha = eased(s.key, model.alpha(s.kind, s.row.id));
    ctx.globalAlpha = alpha;
    drawSymbol(ctx, table, s.symbol, s.x, s.y, s.size, s.colour, palette.halo, s.hollow);
    if (model.recent.has(s.row.id) && alpha > 0.4) {
      ctx.beginPath();
      ctx.arc(s.x, s.y, s.size / 2 + RING, 0, 2 * Math.PI);
      ctx.strokeStyle = palette.accent;
      ctx.lineWidth = 1.4;
      ctx.stroke();
    }
    s.alpha = alpha;
    if (alpha > 0.15) hits.points.push({ key: s.key, x: s.x, y: s.y, r: s.size / 2 + 3 });
  }
  ctx.globalAlpha = 1;
}
