// Names on the map: each gets a place, and fades in.

import { collect } from './candidates.js';
import { placeLabels } from './labels.js';
import { write, writeAlong } from './lettering.js';
import { lineNames } from './linenames.js';

export function createNames() {
  const memory = new Map(),
    shown = new Map();
  let lineMemory = new Map();

  return {
    // Places, draws and returns the boxes of names; `more` tells that some are still fading in.
    *paint(ctx, f, view, occupancy) {
      const { hits, palette } = view,
        candidates = yield* collect(ctx, f, view);
      // Where a note's line ends no name stands.
      for (const { leader, short, x, y } of candidates)
        if (leader && !short) occupancy.block(x - 6, y - 6, x + 6, y + 6);
      const urgent = candidates.filter((c) => c.priority >= 55),
        rest = candidates.filter((c) => c.priority < 55);
      const before = new Map(memory);
      const placed = placeLabels(urgent, occupancy, memory);
      const keep = new Map(memory);
      yield;
      const { along, places } = yield* lineNames(ctx, view, occupancy, lineMemory);
      lineMemory = places;
      yield;
      memory.clear();
      before.forEach((v, k) => memory.set(k, v));
      const others = placeLabels(rest, occupancy, memory);
      keep.forEach((v, k) => memory.set(k, v));
      let more = false;
      const alive = new Set();
      const fade = (key) => {
        alive.add(key);
        const a = Math.min(1, (shown.get(key) ?? 0) + (view.frozen ? 1 : 0.22 * view.pace));
        shown.set(key, a);
        if (a < 1) more = true;
        return a;
      };
      for (const [i, label] of [...others, ...placed].reverse().entries()) {
        if (i % 8 === 0) yield;
        write(ctx, label, fade(label.key) * (label.alpha ?? 1));
        hits.boxes.push({
          key: label.owner,
          x0: label.left,
          y0: label.top,
          x1: label.left + label.w,
          y1: label.top + label.h,
        });
      }
      for (const [i, name] of along.entries()) {
        if (i % 4 === 0) yield;
        writeAlong(ctx, name, palette.halo, fade(name.key), f.dpr);
      }
      for (const key of [...shown.keys()]) if (!alive.has(key)) shown.delete(key);
      return { more, count: placed.length + others.length + along.length, boxes: [...placed, ...others] };
    },
  };
}
