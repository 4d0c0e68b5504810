// Coast levels: packed rings -> paths in world units, one per cell, drawn under a transform.

import { fromBase64, inflate, reader } from '../base/bytes.js';
import { northing } from '../geo/geo.js';
import { tracedPath } from '../geo/paths.js';
import { onSphere } from '../geo/projection.js';

// A level's text -> its cells. Points are whole steps of `q` degrees from the cell's corner;
// the cells overlap, and the frame of each is where its rings run on whole frame lines.
export async function unpackLevel(text, q) {
  const read = reader(await inflate(fromBase64(text)));
  const cells = [];
  const n = read.count();
  for (let c = 0; c < n; c += 1) {
    const [west, south, east, north] = [read.delta(), read.delta(), read.delta(), read.delta()];
    const rings = [];
    for (let r = read.count(); r > 0; r -= 1) {
      const points = new Int32Array(2 * read.count());
      let x = west,
        y = south;
      for (let i = 0; i < points.length; i += 2) {
        x += read.delta();
        y += read.delta();
        points[i] = x;
        points[i + 1] = y;
      }
      rings.push(points);
    }
    cells.push({ west, south, east, north, q, rings });
  }
  return cells;
}

// Each ring's points in world units, y down.
function* ringsOf({ q, rings }) {
  for (const ring of rings) {
    const xs = new Float64Array(ring.length / 2),
      ys = new Float64Array(ring.length / 2);
    for (let i = 0; i < xs.length; i += 1) {
      xs[i] = ring[2 * i] * q;
      ys[i] = -northing(ring[2 * i + 1] * q);
    }
    yield [ring, xs, ys];
  }
}

// Paths of one cell: the land's surface, and the coast without what lies on the frame.
export function cellPaths(cell) {
  const { west, south, east, north } = cell;
  const land = tracedPath((pen) => {
    for (const [, xs, ys] of ringsOf(cell)) {
      pen.moveTo(xs[0], ys[0]);
      for (let i = 1; i < xs.length; i += 1) pen.lineTo(xs[i], ys[i]);
      pen.closePath();
    }
  });
  const coast = tracedPath((pen) => {
    for (const [ring, xs, ys] of ringsOf(cell)) {
      let drawing = false;
      for (let i = 0, n = xs.length; i < n; i += 1) {
        const j = (i + 1) % n,
          x = ring[2 * i],
          y = ring[2 * i + 1];
        const frame =
          (x === ring[2 * j] && (x === west || x === east)) || (y === ring[2 * j + 1] && (y === south || y === north));
        if (!frame) {
          if (!drawing) pen.moveTo(xs[i], ys[i]);
          pen.lineTo(xs[j], ys[j]);
        }
        drawing = !frame;
      }
    }
  });
  return { land, coast };
}

// The same for a globe. A cell's frame bounds its land, and is no coast.
export function cellSphere(cell) {
  cell.sphere ??= (() => {
    const { west, south, east, north, q, rings } = cell,
      lines = [];
    for (const ring of rings) {
      const n = ring.length / 2;
      let line = null;
      for (let i = 0; i < n; i += 1) {
        const j = (i + 1) % n,
          x = ring[2 * i],
          y = ring[2 * i + 1],
          u = ring[2 * j],
          v = ring[2 * j + 1];
        if ((x === u && (x === west || x === east)) || (y === v && (y === south || y === north))) {
          line = null;
          continue;
        }
        if (!line) lines.push((line = [x * q, y * q]));
        line.push(u * q, v * q);
      }
    }
    return {
      land: onSphere(rings.map((ring) => Float64Array.from(ring, (c) => c * q))),
      coast: onSphere(lines, false),
    };
  })();
  return cell.sphere;
}

// Lines of borders: settled ones and disputed ones.
export async function unpackLines(text, q) {
  const read = reader(await inflate(fromBase64(text))),
    kinds = [];
  while (!read.done()) {
    const lines = Array.from({ length: read.count() }, () => {
      let x = 0,
        y = 0;
      return Array.from({ length: read.count() }, () => {
        x += read.delta();
        y += read.delta();
        return [x * q, -northing(y * q)];
      });
    });
    const path = tracedPath((pen) =>
      lines.forEach((line) => line.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)))),
    );
    kinds.push(Object.assign(path, { lines: lines.map((line) => line.map(([x, y]) => [x, -y])) }));
  }
  return kinds;
}

// Which level suits a zoom; while moving the coarser one is kept a little longer.
export const levelFor = (zoom, moving, ready) => {
  const z = zoom - (moving ? 0.7 : 0);
  return Math.min(ready - 1, z < 3.4 ? 0 : z < 5.2 ? 1 : 2);
};
