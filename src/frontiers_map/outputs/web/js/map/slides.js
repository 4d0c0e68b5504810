// A route that takes another way slides to it, so that a reader sees what became of it.

// Vertices of a way while it slides.
const STEPS = 160;

// A way and its lane in so many even steps: [x, y, room, offset].
function even(points, lane) {
  const along = [0];
  for (let i = 1; i < points.length; i += 1)
    along.push(along[i - 1] + Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]));
  let i = 1;
  return Array.from({ length: STEPS + 1 }, (_, n) => {
    const at = (along.at(-1) * n) / STEPS;
    while (i < points.length - 1 && along[i] < at) i += 1;
    const share = (at - along[i - 1]) / (along[i] - along[i - 1] || 1);
    return mix([...points[i - 1].slice(0, 3), lane[i - 1]], [...points[i].slice(0, 3), lane[i]], share);
  });
}

const mix = (a, b, share) => a.map((v, j) => v + (b[j] - v) * share);

const spread = ([a, b, c, d], [w, s, e, n]) => [Math.min(a, w), Math.min(b, s), Math.max(c, e), Math.max(d, n)];

// `slides`: what is kept from frame to frame; `step`: how far a slide goes in this frame, null where
// nothing slides. What does not, as ways that end in other copies of the world, round its other side,
// fades in.
export const sliding =
  (slides, { step, on, fade }) =>
  (route, merged) => {
    const still = route.laid(merged),
      { points, lane, box } = still,
      before = slides.get(route.id);
    if (!before || before.to.points !== points) {
      const from = step && before && (before.now ?? even(before.to.points, before.to.lane));
      const near = from && Math.abs(from.at(-1)[0] - points.at(-1)[0]) < 180;
      if (before && !near) fade(route.id);
      slides.set(route.id, { from: near ? from : null, box: before?.to.box, t: 0, now: null });
    }
    const slide = slides.get(route.id);
    slide.to = still;
    if (!slide.from) return still;
    slide.t += step ?? 1;
    if (slide.t >= 1) {
      slide.from = slide.now = null;
      return still;
    }
    on();
    const share = slide.t * slide.t * (3 - 2 * slide.t),
      goal = even(points, lane);
    slide.now = slide.from.map((at, i) => mix(at, goal[i], share));
    return { points: slide.now, lane: slide.now.map((at) => at[3]), box: spread(box, slide.box) };
  };
