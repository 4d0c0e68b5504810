// What lies under a point of the window: symbols and gates, then names, lines, regions.

import { apart, inside } from '../geo/geo.js';
import { unspot } from '../geo/projection.js';

export function hitTest(x, y, { hits, atlas, model, frame, touch = false }) {
  const slack = touch ? 12 : 4;
  let best = null;
  for (const { key, x: px, y: py, r, line } of hits.points) {
    let d = Math.hypot(px - x, py - y) - r;
    if (line) {
      for (let i = 1; i < line.length; i += 1) d = Math.min(d, Math.sqrt(apart(x, y, ...line[i - 1], ...line[i])) - 4);
    }
    if (d < slack && (!best || d < best.d)) best = { key, d };
  }
  if (best) return best.key;
  const box = hits.boxes.find((b) => x >= b.x0 - 2 && x <= b.x1 + 2 && y >= b.y0 && y <= b.y1);
  if (box && !/^(sea|land):/.test(box.key)) return box.key === 'overlap:' ? null : box.key;
  for (const { key, p, r } of hits.lines) {
    const reach = (r + slack) ** 2;
    for (let i = 2; i < p.length; i += 2) {
      const d = apart(x, y, p[i - 2], p[i - 1], p[i], p[i + 1]);
      if (d < reach && (!best || d < best.d)) best = { key, d };
    }
  }
  if (best) return best.key;
  const at = unspot(frame, x, y);
  return at && (areaAt(...at, model) ?? regionAt(...at, atlas, model));
}

// The smallest of the areas of one's own that hold a point of the map's plane, in any copy.
function areaAt(x, y, model) {
  const size = ({
    shape: {
      box: [w, s, e, n],
    },
  }) => (e - w) * (n - s);
  const found = model.features
    .filter(({ layer, shape }) => {
      if (layer.geometry !== 'area' || !model.on(layer.id)) return false;
      const [w, s, e, n] = shape.box,
        home = x + 360 * Math.round(((w + e) / 2 - x) / 360);
      return (
        home >= w &&
        home <= e &&
        y >= s &&
        y <= n &&
        shape.lines.filter((ring) => inside(ring, home, y)).length % 2 === 1
      );
    })
    .sort((a, b) => size(a) - size(b));
  return found.length ? `feature:${found[0].row.id}` : null;
}

// The smallest of the shown readings that holds a point of the map's plane, in any copy.
export function regionAt(x, y, atlas, model) {
  const found = Object.entries(model.state.reading)
    .filter(([family]) => model.on(family))
    .map(([, id]) => atlas.regions.get(id))
    .filter((region) =>
      [-720, -360, 0, 360, 720].some((turn) => {
        const home = x - 360 * Math.round(x / 360) + turn;
        return region.outline.filter((ring) => inside(ring, home, y)).length % 2 === 1;
      }),
    )
    .sort((a, b) => a.row.area - b.row.area);
  return found.length ? `region:${found[0].row.id}` : null;
}
