// Coast levels: packed rings -> paths in world units, one per cell, drawn under a transform.

import { fromBase64, inflate, reader } from './bytes.js';
import { northing } from './geo.js';

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
      let x = west, y = south;
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

// Paths of one cell: the land's surface, and the coast without what lies on the frame.
export function cellPaths(cell, Path = Path2D) {
  const { west, south, east, north, q, rings } = cell;
  const land = new Path(), coast = new Path(), rows = new Map();
  const up = (y) => {
    let found = rows.get(y);
    if (found === undefined) rows.set(y, (found = -northing(y * q)));
    return found;
  };
  for (const ring of rings) {
    let drawing = false;
    for (let i = 0; i < ring.length; i += 2) {
      const x = ring[i], y = ring[i + 1];
      if (i === 0) land.moveTo(x * q, up(y));
      else land.lineTo(x * q, up(y));
      const j = (i + 2) % ring.length, u = ring[j], v = ring[j + 1];
      const frame = (x === u && (x === west || x === east)) || (y === v && (y === south || y === north));
      if (frame) {
        drawing = false;
      } else {
        if (!drawing) coast.moveTo(x * q, up(y));
        coast.lineTo(u * q, up(v));
        drawing = true;
      }
    }
    land.closePath();
  }
  // A picture in vectors makes them again with a class that keeps what it is told.
  land.again = (Kept) => cellPaths(cell, Kept).land;
  coast.again = (Kept) => cellPaths(cell, Kept).coast;
  return { land, coast, box: [west * q, south * q, east * q, north * q] };
}

// Lines of borders: settled ones and disputed ones.
export async function unpackLines(text, q) {
  return linePaths(await inflate(fromBase64(text)), q, Path2D);
}

function linePaths(bytes, q, Path) {
  const read = reader(bytes), kinds = [];
  while (!read.done()) {
    const lines = new Path();
    for (let n = read.count(); n > 0; n -= 1) {
      let x = 0, y = 0;
      for (let i = read.count(), first = true; i > 0; i -= 1, first = false) {
        x += read.delta();
        y += read.delta();
        if (first) lines.moveTo(x * q, -northing(y * q));
        else lines.lineTo(x * q, -northing(y * q));
      }
    }
    const at = kinds.length;
    lines.again = (Kept) => linePaths(bytes, q, Kept)[at];
    kinds.push(lines);
  }
  return kinds;
}

// Which level suits a zoom; while moving the coarser one is kept a little longer.
export const levelFor = (zoom, moving, ready) => {
  const z = zoom - (moving ? 0.7 : 0);
  return Math.min(ready - 1, z < 3.4 ? 0 : z < 5.2 ? 1 : 2);
};
