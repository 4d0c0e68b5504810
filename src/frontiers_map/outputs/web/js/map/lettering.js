// How names are written: letters, widths, halos; straight, or along a line.

export const SANS = '"Atlas Sans", "Hiragino Sans", "Noto Sans CJK JP", "Yu Gothic", "Noto Sans JP", sans-serif';
export const SERIF = '"Atlas Serif", "Hiragino Mincho ProN", "Noto Serif CJK JP", "Yu Mincho", serif';

const widths = new Map();

export const measure = (ctx, text, font, spacing = 0) => {
  const key = `${font}|${spacing}|${text}`;
  if (!widths.has(key)) {
    ctx.font = font;
    if ('letterSpacing' in ctx) ctx.letterSpacing = `${spacing}px`;
    widths.set(key, ctx.measureText(text).width);
    if ('letterSpacing' in ctx) ctx.letterSpacing = '0px';
  }
  return widths.get(key);
};

export const box = (ctx, lines) => ({
  w: Math.max(...lines.map((l) => measure(ctx, l.text, l.font, l.spacing))),
  h: lines.reduce((sum, l) => sum + l.size * 1.18, 0),
});

export const line = (text, weight, size, family, extra = {}) => ({
  text,
  size,
  font: `${extra.italic ? 'italic ' : ''}${weight} ${size}px ${family}`,
  spacing: 0,
  ...extra,
});

// A text in two lines as even as its gaps allow.
export const split = (text) => {
  const gaps = [...text.matchAll(/ /g)].map((m) => m.index);
  if (!gaps.length) return [text];
  const best = gaps.reduce((a, b) => (Math.abs(b - text.length / 2) < Math.abs(a - text.length / 2) ? b : a));
  return [text.slice(0, best), text.slice(best + 1)];
};

export function write(ctx, label, alpha) {
  ctx.globalAlpha = alpha;
  if (label.plate) {
    ctx.fillStyle = label.plate;
    ctx.globalAlpha = alpha * 0.92;
    ctx.beginPath();
    ctx.roundRect(label.left - 7, label.top - 4, label.w + 14, label.h + 7, 4);
    ctx.fill();
    ctx.globalAlpha = alpha;
  }
  ctx.textAlign = 'center';
  ctx.textBaseline = 'alphabetic';
  ctx.lineJoin = 'round';
  let y = label.top;
  for (const l of label.lines) {
    y += l.size * 1.18;
    ctx.font = l.font;
    if ('letterSpacing' in ctx) ctx.letterSpacing = `${l.spacing}px`;
    const x = label.left + label.w / 2 + l.spacing / 2,
      base = y - l.size * 0.3;
    ctx.save();
    if (l.slant) ctx.transform(1, 0, -0.18, 1, base * 0.18, 0);
    if (!label.plate) {
      ctx.strokeStyle = label.halo;
      ctx.lineWidth = 3.2;
      ctx.globalAlpha = alpha * (label.soft ? 0.8 : 0.94);
      ctx.strokeText(l.text, x, base);
      ctx.globalAlpha = alpha;
    }
    ctx.fillStyle = label.colour;
    ctx.fillText(l.text, x, base);
    ctx.restore();
  }
  if ('letterSpacing' in ctx) ctx.letterSpacing = '0px';
  ctx.globalAlpha = 1;
}

export function writeAlong(ctx, { chars, glyphs, font, colour }, halo, alpha, dpr) {
  ctx.font = font;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.globalAlpha = alpha;
  ctx.strokeStyle = halo;
  ctx.lineWidth = 3.2;
  ctx.fillStyle = colour;
  ctx.save();
  for (const stroke of [true, false]) {
    chars.forEach((c, i) => {
      const { x, y, angle } = glyphs[i],
        cos = Math.cos(angle) * dpr,
        sin = Math.sin(angle) * dpr;
      ctx.setTransform(cos, sin, -sin, cos, x * dpr, y * dpr);
      if (stroke) ctx.strokeText(c, 0, 0);
      else ctx.fillText(c, 0, 0);
    });
  }
  ctx.restore();
}
