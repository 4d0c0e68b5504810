// What lies behind the layers: how deep the sea is, and the lands of the atlas's parties.

import { fromBase64, inflate, reader } from '../base/bytes.js';
import { northing } from '../geo/geo.js';
import { clear } from './palette.js';
import { copies, laid, place } from '../geo/projection.js';
import { areaOf } from './washes.js';

// How much each level darkens the sea, and how strong a land's tint is. Both are coarse, and go
// between two zooms.
const [DEEPER, NIGHT, LAND] = [0.035, 0.13, 0.05],
  GONE = { lands: [4, 5], depths: [5, 6.3] };

const left = ({ zoom }, /** @type {number[]} */ [from, to]) => Math.max(0, Math.min(1, (to - zoom) / (to - from)));

// Layers of areas, each as one path.
export async function unpackAreas({ data, per }) {
  const read = reader(await inflate(fromBase64(data))),
    layers = [];
  while (!read.done()) {
    layers.push(
      areaOf(
        Array.from({ length: read.count() }, () => {
          let x = 0,
            y = 0;
          return Array.from({ length: read.count() }, () => {
            x += read.delta();
            y += read.delta();
            return [x / per, northing(Math.max(-89.5, Math.min(89.5, y / per)))];
          });
        }),
      ),
    );
  }
  return layers;
}

function* tint(ctx, f, layers, colour, share) {
  if (!share) return;
  ctx.globalAlpha = share;
  ctx.fillStyle = colour;
  for (const layer of layers) {
    for (const k of copies([-180, 0, 180, 0], f)) {
      const path = laid(layer, f);
      place(ctx, f, k);
      if (path) ctx.fill(path, 'evenodd');
    }
    yield;
  }
  ctx.globalAlpha = 1;
}

// Over the washes: what is deep is deep under them, too.
export const paintDepths = (ctx, f, layers, palette) => tint(ctx, f, layers, depthTint(palette), left(f, GONE.depths));

export const depthTint = (palette) => (palette.dark ? clear('#000000', NIGHT) : clear(palette.sea_name, DEEPER));

export const paintLands = (ctx, f, layers, palette) =>
  tint(ctx, f, layers, clear(palette.ink, LAND), left(f, GONE.lands));
