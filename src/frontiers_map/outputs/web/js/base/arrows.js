// Arrowheads: one for each supplier in turn, so that lines are told apart without colour too.

// Parts of each, in units of its size, pointing along x: filled, hollow, or lines only.
const head = (at) => [
  [at + 1.15, 0],
  [at - 0.95, 0.85],
  [at - 0.45, 0],
  [at - 0.95, -0.85],
];
const chevron = (at) => [
  [at - 0.75, 0.95],
  [at + 0.85, 0],
  [at - 0.75, -0.95],
];
const bar = (at) => [
  [at, 0.95],
  [at, -0.95],
];
const HEADS = [
  [['filled', head(0)]],
  [
    ['filled', head(0.8)],
    ['filled', head(-0.8)],
  ],
  [['hollow', head(0)]],
  [
    ['filled', head(0.3)],
    ['line', bar(-1.3)],
  ],
  [['line', chevron(0)]],
  [
    ['line', chevron(0.6)],
    ['line', chevron(-0.6)],
  ],
  [
    ['hollow', head(0.3)],
    ['line', bar(-1.3)],
  ],
  [
    ['filled', head(0.9)],
    ['line', bar(-0.6)],
    ['line', bar(-1.5)],
  ],
];

// Which of them a row's supplier has.
export const headOf = (facts, supplier) =>
  Math.max(
    0,
    facts.suppliers.findIndex((s) => s.id === supplier),
  ) % HEADS.length;

export function arrow(ctx, x, y, angle, size, colour, halo, form = 0) {
  const c = Math.cos(angle),
    s = Math.sin(angle);
  const trace = (points, closed) => {
    ctx.beginPath();
    points.forEach(([u, v], i) => ctx[i ? 'lineTo' : 'moveTo'](x + size * (c * u - s * v), y + size * (s * u + c * v)));
    if (closed) ctx.closePath();
  };
  for (const [kind, points] of HEADS[form]) {
    trace(points, kind !== 'line');
    ctx.lineWidth = kind === 'line' ? 4 : 1.8;
    ctx.strokeStyle = halo;
    ctx.stroke();
  }
  for (const [kind, points] of HEADS[form]) {
    trace(points, kind !== 'line');
    if (kind !== 'line') {
      ctx.fillStyle = kind === 'hollow' ? halo : colour;
      ctx.fill();
    }
    if (kind !== 'filled') {
      ctx.lineWidth = kind === 'line' ? 1.9 : 1.4;
      ctx.strokeStyle = colour;
      ctx.stroke();
    }
  }
}
