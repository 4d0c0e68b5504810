// The picture of the map on the screen. To paint one may take longer than a frame lasts: so it is
// painted in slices on a canvas of its own, a little larger than the window, and until it is whole
// the last one is moved and scaled. On a quick machine each frame has its own picture. Where the
// last one ends, the ground shows: the whole world, coarsely, twice round.

import { whole } from './draw.js';
import { shifted } from '../geo/projection.js';

// Milliseconds of a frame that go into painting; pixels around the window that are painted too;
// pixels to a degree on the ground.
const SLICE = 7,
  MARGIN = 96,
  GROUND = 2;

// How the camera goes on: middle of the window (in world units) and zoom, `ms` from now.
function ahead(frames, ms) {
  const now = frames.at(-1),
    from = frames[0];
  if (now.f.globe || frames.length < 2 || now.t - from.t < 1) return now.f;
  const share = ms / (now.t - from.t),
    middle = ({ f }) => [(f.width / 2 - f.x0) / f.s, (f.height / 2 - f.y0) / f.s];
  const [x, y] = middle(now),
    [u, v] = middle(from);
  const step = Math.max(-0.5, Math.min(0.5, (now.f.zoom - from.f.zoom) * share)),
    s = now.f.s * 2 ** step;
  const on = (a, b, size) => size / 2 - s * (a + Math.max(-size / 3, Math.min(size / 3, (a - b) * share * s)) / s);
  return { ...now.f, s, zoom: now.f.zoom + step, x0: on(x, u, now.f.width), y0: on(y, v, now.f.height) };
}

// `camera` tells the frame to show; `look()` with what it is painted; `covers()` the boxes where
// no name may stand; `under()` how much of the window is hidden from the left and from below.
export function createScene(canvas, ground, painter, { camera, covers, under, look }) {
  const back = document.createElement('canvas'),
    front = canvas.getContext('2d'),
    frames = [];
  const kept = painter.memory();
  let shown = null,
    job = null,
    wanted = true,
    usual = 50,
    below = null;
  const world = {
    s: GROUND,
    zoom: 2,
    x0: 360 * GROUND,
    y0: 200 * GROUND,
    width: 720 * GROUND,
    height: 330 * GROUND,
    moving: false,
  };

  // What is hidden is never quite all: long words can make the panels as high as the window.
  const hidden = (f) => {
    const { left, bottom } = under();
    return { left: Math.min(left, f.width - 1), bottom: Math.min(bottom, f.height - 1) };
  };

  // The part of the window that is painted: what can be seen of it, and a margin.
  const rect = (f) => {
    const { left, bottom } = hidden(f),
      x = left - MARGIN,
      y = -MARGIN;
    return { x, y, width: f.width + MARGIN - x, height: f.height - bottom + MARGIN - y };
  };

  function begin(f, now, options) {
    const r = rect(f),
      end = 1e5;
    const frame = { ...shifted(f, -r.x, -r.y), width: r.width, height: r.height, live: true };
    const [x0, y0, x1, y1] = [-r.x, -r.y, f.width - r.x, f.height - r.y];
    const blocks = [
      ...covers().map(([a, b, c, d]) => [a + x0, b + y0, c + x0, d + y0]),
      [-end, -end, x0 + 4, end],
      [x1 - 4, -end, end, end],
      [-end, -end, end, y0 + 4],
      [-end, y1 - 4, end, end],
    ];
    wanted = false;
    job = { steps: painter.paint(back, kept, frame, { ...look(), ...options, blocks }), began: now };
  }

  // Where the shown picture lies in the window: scale and shift, in the copy of the world that
  // is nearest.
  const place = (f, frame = shown.frame) => {
    if (f.globe && frame.globe) {
      const k = f.s / frame.s;
      return { r: k, x: f.globe.cx - frame.globe.cx * k, y: f.globe.cy - frame.globe.cy * k };
    }
    const r = f.s / frame.s,
      near = Math.abs(r - 1) < 1e-4,
      dpr = devicePixelRatio || 1;
    let x = f.x0 - frame.x0 * r;
    const y = f.y0 - frame.y0 * r,
      round = 360 * f.s;
    x -= round * Math.round((x + (frame.width * r - f.width) / 2) / round);
    return near ? { r: 1, x: Math.round(x * dpr) / dpr, y: Math.round(y * dpr) / dpr } : { r, x, y };
  };

  // How much of what is to be seen does the shown picture cover?
  const covered = (f) => {
    if (f.globe || shown.frame.globe) return f.globe && shown.frame.globe ? 1 : 0;
    const { r, x, y } = place(f),
      { frame } = shown,
      { left, bottom } = hidden(f);
    const wide = Math.min(f.width, x + frame.width * r) - Math.max(left, x),
      high = Math.min(f.height - bottom, y + frame.height * r) - Math.max(0, y);
    return (Math.max(0, wide) * Math.max(0, high)) / ((f.width - left) * (f.height - bottom));
  };
  const serves = (f) => covered(f) > 0.6 && Math.abs(Math.log2(f.s / shown.frame.s)) < 1.3;

  function show(made, dpr) {
    const { width, height } = made.frame;
    if (canvas.width !== back.width || canvas.height !== back.height) {
      canvas.width = back.width;
      canvas.height = back.height;
      canvas.style.width = `${back.width / dpr}px`;
      canvas.style.height = `${back.height / dpr}px`;
    }
    front.globalCompositeOperation = 'copy';
    front.drawImage(back, 0, 0);
    shown = { ...made, width, height };
  }

  // One frame of the screen. Returns whether there is more to do. `hurry`: all of it now.
  function turn(now, hurry = false) {
    const f = camera.frame(),
      began = performance.now();
    frames.push({ f, t: now });
    while (frames.length > 4 || (frames.length > 1 && (now - frames[0].t > 120 || frames[0].f.width !== f.width)))
      frames.shift();
    const atOnce = hurry || !shown || (!f.moving && !serves(f));
    if (atOnce) job = null;
    if (!job && (atOnce || wanted || !same(f, shown.of))) {
      const zoomedOut = f.moving && frames[0].f.zoom - f.zoom > 0.01;
      const of = f.moving && !atOnce ? ahead(frames, usual * (zoomedOut ? 2 : 1.5)) : f;
      const pace = shown ? Math.max(1, Math.min(12, (now - shown.at) / 16.7)) : 1;
      begin(of, now, { frozen: hurry || !shown, pace });
      job.of = of;
    }
    if (job) {
      const made = atOnce ? whole(job.steps) : slice(began);
      if (made) {
        show(made, made.frame.dpr);
        shown.of = job.of;
        shown.at = now;
        if (!atOnce) usual += (Math.min(200, now - job.began + 16) - usual) * 0.3;
        job = null;
        if (made.more) wanted = true;
      }
    }
    put(canvas, place(f));
    const bare = !f.globe && covered(f) < 0.999 && below;
    ground.hidden = !bare;
    if (bare) put(ground, place(f, world));
    if (job || wanted || !same(f, shown.of)) return true;
    if (!f.moving && !hurry) lay();
    return false;
  }

  // The ground follows when all is at rest, if anything has changed.
  function lay() {
    const now = look();
    if (below?.model === now.model && below.palette === now.palette) return;
    below = now;
    whole(painter.paint(ground, painter.memory(), world, { ...now, dpr: 1, frozen: true, ground: true }));
  }

  function put(node, { r, x, y }) {
    const to = `matrix(${r},0,0,${r},${x},${y})`;
    if (node.style.transform !== to) node.style.transform = to;
  }

  // Paint until the time of this frame is used up. To read a pixel makes the browser do at once
  // what it was told; otherwise it would keep all of it for the end.
  function slice(began) {
    const ctx = back.getContext('2d', { willReadFrequently: true });
    do {
      const { done, value } = job.steps.next();
      if (done) return value;
      ctx.getImageData(0, 0, 1, 1);
    } while (performance.now() - began < SLICE);
    return null;
  }

  const same = (a, b) =>
    a.s === b.s &&
    a.x0 === b.x0 &&
    a.y0 === b.y0 &&
    a.width === b.width &&
    a.height === b.height &&
    a.moving === b.moving &&
    !a.globe === !b.globe;

  return {
    turn,
    want: () => {
      wanted = true;
    },
    frame: () => shown?.frame ?? null,
    hits: () => shown?.hits ?? { points: [], lines: [], boxes: [] },
    // A point of the window in the shown picture.
    at: (px, py) => {
      if (!shown) return [px, py];
      const { r, x, y } = place(camera.frame());
      return [(px - x) / r, (py - y) / r];
    },
  };
}
