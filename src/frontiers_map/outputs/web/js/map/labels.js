// Names that never touch: a bitmap of what is taken, positions tried in order of cost, and a
// memory of last time so that nothing flickers. Pure: the painter measures and draws.

const CELL = 2,
  TAKEN = 1,
  LINE = 2;

export function createOccupancy(width, height) {
  const w = Math.ceil(width / CELL),
    h = Math.ceil(height / CELL);
  const cells = new Uint8Array(w * h);
  const mark = (x0, y0, x1, y1, bit) => {
    const a = Math.max(0, Math.floor(x0 / CELL)),
      b = Math.min(w - 1, Math.floor(x1 / CELL));
    const c = Math.max(0, Math.floor(y0 / CELL)),
      d = Math.min(h - 1, Math.floor(y1 / CELL));
    for (let y = c; y <= d; y += 1) {
      for (let x = a; x <= b; x += 1) cells[y * w + x] |= bit;
    }
  };
  return {
    width,
    height,
    clear: () => cells.fill(0),
    block: (x0, y0, x1, y1) => mark(x0, y0, x1, y1, TAKEN),
    // A line takes a strip of cells that names avoid but may cross.
    line(points, thick) {
      const r = thick / 2;
      for (let i = 2; i < points.length; i += 2) {
        const ax = points[i - 2],
          ay = points[i - 1],
          bx = points[i],
          by = points[i + 1];
        if (Math.max(ax, bx) < 0 || Math.min(ax, bx) > width || Math.max(ay, by) < 0 || Math.min(ay, by) > height)
          continue;
        const n = Math.min(1500, Math.ceil(Math.hypot(bx - ax, by - ay) / 5));
        for (let k = 0; k <= n; k += 1) {
          const x = ax + ((bx - ax) * k) / (n || 1),
            y = ay + ((by - ay) * k) / (n || 1);
          mark(x - r, y - r, x + r, y + r, LINE);
        }
      }
    },
    // Cells of lines under a box, or Infinity where the box is taken or leaves the window.
    cost(x0, y0, x1, y1) {
      if (x0 < 0 || y0 < 0 || x1 > width || y1 > height) return Infinity;
      const a = Math.floor(x0 / CELL),
        b = Math.min(w - 1, Math.floor(x1 / CELL));
      const c = Math.floor(y0 / CELL),
        d = Math.min(h - 1, Math.floor(y1 / CELL));
      let lines = 0;
      for (let y = c; y <= d; y += 1) {
        for (let x = a; x <= b; x += 1) {
          const cell = cells[y * w + x];
          if (cell & TAKEN) return Infinity;
          if (cell & LINE) lines += 1;
        }
      }
      return lines;
    },
  };
}

// Where a name may stand beside its symbol: sign of the shift across and up, and alignment.
const AROUND = [
  [1, 0],
  [-1, 0],
  [1, -0.75],
  [1, 0.75],
  [-1, -0.75],
  [-1, 0.75],
  [0, -1],
  [0, 1],
  [0.45, -1],
  [-0.45, 1],
];

// Boxes of a candidate in order of preference. `w`, `h` is the size of its text.
export function spots({ x, y, w, h, r = 0, kind, offsets }) {
  if (kind === 'area') return (offsets ?? [[0, 0]]).map(([dx, dy]) => [x + dx - w / 2, y + dy - h / 2]);
  const g = r + 4;
  return AROUND.map(([u, v]) => {
    const cx = Math.abs(u) === 1 ? x + u * (g + w / 2) : x + (u / 0.45 || 0) * (w / 2 - r);
    const cy = Math.abs(v) === 1 ? y + v * (g + h / 2 - 0.5) : y + v * (h / 2 + r * 0.6);
    return [cx - w / 2, cy - h / 2];
  });
}

// Candidates in, the placed ones out, each with `left`, `top` and `spot`. `memory` maps a
// candidate's key to its last spot and is rewritten. One that has `unless` stands down for it.
export function placeLabels(candidates, occupancy, memory) {
  const placed = [],
    next = new Map();
  for (const c of [...candidates].sort((a, b) => b.priority - a.priority || (a.key < b.key ? -1 : 1))) {
    if (c.unless && placed.some(({ key }) => key === c.unless)) continue;
    const boxes = spots(c),
      last = memory.get(c.key),
      pad = c.pad ?? 1;
    const order = boxes.map((_, i) => i);
    if (last !== undefined && last < boxes.length) (order.splice(order.indexOf(last), 1), order.unshift(last));
    let best = null;
    for (const i of order) {
      const [left, top] = boxes[i];
      const lines = occupancy.cost(left - pad, top - pad, left + c.w + pad, top + c.h + pad);
      if (lines > (c.most ?? 60)) continue;
      const cost = lines * 0.25 + i * 0.25 - (i === last ? 3 : 0);
      if (!best || cost < best.cost) best = { cost, left, top, spot: i };
      if (cost <= 0) break;
    }
    if (!best) continue;
    occupancy.block(best.left - pad, best.top - pad, best.left + c.w + pad, best.top + c.h + pad);
    next.set(c.key, best.spot);
    placed.push({ ...c, left: best.left, top: best.top, spot: best.spot });
  }
  memory.clear();
  for (const [key, spot] of next) memory.set(key, spot);
  return placed;
}

// Glyph positions of a text along a line of pixels [x, y, …], `shift` pixels to its upper side:
// the most level stretch that bends little, is inside the window and free. Null if there is none.
// `last` is the place (share of the line) where it stood before: kept while it will do.
// `most`: cells of other lines that may lie under a glyph.
export function alongLine(line, widths, shift, occupancy, height, last = null, most = 60) {
  const points = levelled(line);
  const total = widths.reduce((a, b) => a + b, 0),
    { width: W, height: H } = occupancy;
  const n = points.length / 2,
    at = new Float64Array(n);
  for (let i = 1; i < n; i += 1) {
    at[i] = at[i - 1] + Math.hypot(points[2 * i] - points[2 * i - 2], points[2 * i + 1] - points[2 * i - 1]);
  }
  if (at[n - 1] < total + 40) return null;
  const where = (d) => {
    let lo = 0,
      hi = n - 1;
    while (hi - lo > 1) {
      const mid = (lo + hi) >> 1;
      if (at[mid] <= d) lo = mid;
      else hi = mid;
    }
    const f = (d - at[lo]) / (at[hi] - at[lo] || 1);
    return [
      points[2 * lo] + (points[2 * hi] - points[2 * lo]) * f,
      points[2 * lo + 1] + (points[2 * hi + 1] - points[2 * lo + 1]) * f,
    ];
  };
  let best = null;
  const step = Math.max(24, at[n - 1] / 60),
    tries = [];
  if (last !== null) tries.push(last * at[n - 1] - total / 2);
  for (let d = 16; d + total < at[n - 1] - 16; d += step) tries.push(d);
  for (const d of tries) {
    if (d < 0 || d + total > at[n - 1]) continue;
    const a = where(d),
      b = where(d + total);
    if (
      Math.min(a[0], b[0]) < 6 ||
      Math.max(a[0], b[0]) > W - 6 ||
      Math.min(a[1], b[1]) < 12 ||
      Math.max(a[1], b[1]) > H - 12
    )
      continue;
    const chord = Math.atan2(b[1] - a[1], b[0] - a[0]);
    const level = Math.abs(Math.sin(chord)),
      middle = Math.abs((d + total / 2) / at[n - 1] - 0.5);
    const cost = level * 1.2 + middle * 0.8;
    if (best && cost >= best.cost) continue;
    const glyphs = setGlyphs(where, widths, d, total, shift, Math.cos(chord) < 0);
    if (!glyphs) continue;
    // Letters want a straight stretch: along a bend they drift apart.
    const bent = cost + glyphs.bend * 1.6;
    if (best && bent >= best.cost) continue;
    const free = glyphs.every(
      ({ x, y, w }) => occupancy.cost(x - w / 2, y - height / 2, x + w / 2, y + height / 2) < most,
    );
    if (!free) continue;
    best = { cost: bent, glyphs, place: (d + total / 2) / at[n - 1] };
    if (d === tries[0] && last !== null) break;
  }
  return best;
}

// The line without its small turns, so that letters keep their distance: each vertex becomes the
// middle of those within some 14 pixels.
function levelled(line) {
  const n = line.length / 2,
    out = new Float64Array(line.length);
  for (let i = 0; i < n; i += 1) {
    let x = 0,
      y = 0,
      count = 0;
    for (let j = Math.max(0, i - 5); j <= Math.min(n - 1, i + 5); j += 1) {
      if (Math.abs(line[2 * j] - line[2 * i]) + Math.abs(line[2 * j + 1] - line[2 * i + 1]) > 20) continue;
      x += line[2 * j];
      y += line[2 * j + 1];
      count += 1;
    }
    out[2 * i] = x / count;
    out[2 * i + 1] = y / count;
  }
  return out;
}

function setGlyphs(where, widths, start, total, shift, backwards) {
  const out = [];
  let d = backwards ? start + total : start,
    last = null,
    first = null,
    bend = 0;
  for (const w of widths) {
    const a = where(d),
      b = where(backwards ? d - w : d + w);
    const angle = Math.atan2(b[1] - a[1], b[0] - a[0]);
    if (last !== null) {
      const turn = Math.abs(Math.atan2(Math.sin(angle - last), Math.cos(angle - last)));
      const all = Math.abs(Math.atan2(Math.sin(angle - first), Math.cos(angle - first)));
      if (turn > 0.16 || all > 0.42) return null;
      bend = Math.max(bend, all);
    }
    first ??= angle;
    last = angle;
    const x = (a[0] + b[0]) / 2 + Math.sin(angle) * shift,
      y = (a[1] + b[1]) / 2 - Math.cos(angle) * shift;
    out.push({ x, y, angle, w });
    d += backwards ? -w : w;
  }
  return Object.assign(out, { bend });
}
