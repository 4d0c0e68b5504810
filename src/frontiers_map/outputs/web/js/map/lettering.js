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

// A text in as few lines as its width asks for, and those as even as its words allow.
const kept = new Map();
export function wrapped(ctx, text, font, width, lang) {
  const key = `${font}|${width}|${lang}|${text}`;
  if (kept.has(key)) return kept.get(key);
  const parts = [...new Intl.Segmenter(lang, { granularity: 'word' }).segment(text)].reduce((all, one) => {
    // What is no word, as a full stop, stays with the word before it, but for a gap.
    if (one.isWordLike || !all.length || all.at(-1).endsWith(' ')) all.push(one.segment);
    else all[all.length - 1] += one.segment;
    return all;
  }, []);
  const within = (most) => {
    const lines = [''];
    for (const part of parts) {
      const more = lines.at(-1) + part;
      if (lines.at(-1) && measure(ctx, more.trimEnd(), font) > most) lines.push(part);
      else lines[lines.length - 1] = more;
    }
    return lines.map((one) => one.trim());
  };
  let lines = within(width);
  const { length } = lines;
  for (let most = width - 6; most > 60; most -= 6) {
    const closer = within(most);
    if (closer.length > length) break;
    lines = closer;
  }
  kept.set(key, lines);
  return lines;
}

// From a note to what it speaks of, or `short` of it where that has a symbol of its own.
function lead(ctx, { x, y, left, top, w, h, leader, halo, short }) {
  const from = [Math.max(left - 7, Math.min(left + w + 7, x)), Math.max(top - 4, Math.min(top + h + 3, y))],
    rest = Math.min(1, short / (Math.hypot(from[0] - x, from[1] - y) || 1)),
    to = [x + (from[0] - x) * rest, y + (from[1] - y) * rest];
  for (const [colour, width] of [
    [halo, 4],
    [leader, 1.4],
  ]) {
    ctx.strokeStyle = colour;
    ctx.fillStyle = colour;
    ctx.lineWidth = width;
    ctx.beginPath();
    ctx.moveTo(...from);
    ctx.lineTo(...to);
    ctx.stroke();
    if (short) continue;
    ctx.beginPath();
    ctx.arc(...to, width + 1, 0, 2 * Math.PI);
    ctx.fill();
  }
}

export function write(ctx, label, alpha) {
  ctx.globalAlpha = alpha;
  if (label.leader) lead(ctx, label);
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
