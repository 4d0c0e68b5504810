// How much room lies beside a way at sea: the distance to land, from a coarse picture of the coast
// that is made at the first question.

import { cellPaths } from './coast.js';
import { once } from '../base/later.js';

// Pixels to a world unit; the most that is told, in pixels; where the picture begins.
const PER = 4,
  FAR = 14,
  WIDE = 360 * PER,
  HIGH = 225 * PER,
  TOP = 125;

// Each cell of a mask (1 is land) gets its distance to land in tenths of a cell's width, over
// cells and their diagonals, there and back.
export function distances(land, wide, high, far = FAR) {
  const out = land.map((on) => (on ? 0 : far * 10));
  const pass = (from, to, step) => {
    for (let y = from; y !== to; y += step) {
      const row = y * wide,
        before = (y - step) * wide,
        inside = y - step >= 0 && y - step < high;
      // A little more than once round: what lies at one end of a row is near to the other.
      for (let i = 0; i < wide + far; i += 1) {
        const x = (step > 0 ? i : 2 * wide - 1 - i) % wide,
          l = (x + wide - 1) % wide,
          r = (x + 1) % wide;
        let d = Math.min(out[row + x], out[row + (step > 0 ? l : r)] + 10);
        if (inside) d = Math.min(d, out[before + x] + 10, out[before + l] + 14, out[before + r] + 14);
        out[row + x] = d;
      }
    }
  };
  pass(0, high, 1);
  pass(high - 1, -1, -1);
  return out;
}

// `cells` is the coarsest level of the coast. Gives a function from a point in world units.
export function createSeaRoom(cells) {
  const near = once(() => {
    const canvas = document.createElement('canvas');
    canvas.width = WIDE;
    canvas.height = HIGH;
    const ctx = canvas.getContext('2d', { willReadFrequently: true });
    ctx.setTransform(PER, 0, 0, PER, 180 * PER, TOP * PER);
    for (const cell of cells) ctx.fill((cell.paths ??= cellPaths(cell)).land, 'evenodd');
    const { data } = ctx.getImageData(0, 0, WIDE, HIGH),
      land = new Uint8Array(WIDE * HIGH);
    for (let i = 0; i < land.length; i += 1) land[i] = data[4 * i + 3] > 127 ? 1 : 0;
    return distances(land, WIDE, HIGH);
  });
  return (x, y) => {
    const column = Math.floor(((((x + 180) % 360) + 360) % 360) * PER),
      row = Math.floor((TOP - y) * PER);
    return row < 0 || row >= HIGH ? FAR / PER : near()[row * WIDE + column] / 10 / PER;
  };
}
