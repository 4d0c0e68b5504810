// Which names want a place in this frame, and how they are written.

import { alongLine, placeLabels } from './labels.js';
import { middleOf } from './features.js';
import { northing } from './geo.js';
import { copies, eastward, spot } from './projection.js';
import { mix } from './palette.js';

const SANS = '"Atlas Sans", "Hiragino Sans", "Noto Sans CJK JP", "Yu Gothic", "Noto Sans JP", sans-serif';
const SERIF = '"Atlas Serif", "Hiragino Mincho ProN", "Noto Serif CJK JP", "Yu Mincho", serif';

const SEA = { 1: [17, 3.2], 2: [14, 1.2], 3: [13, 0.8], 4: [12.2, 0.5] };
const SEA_ZOOM = { 1: 0, 2: 2.1, 3: 3.1, 4: 4.3 };

// How a region's name may stand to its place, in widths and heights of its own: on it, and where
// it finds no room, in a small window, beside it.
const ASIDE = [[0, 0], [0.5, 0], [-0.5, 0], [0, 1], [0, -1], [0.5, 1], [0.5, -1], [-0.5, 1], [-0.5, -1]];

// How far towards the rim of a globe the name of an area may stand, as a share.
const INNER = 0.74;

// Pixels that a country's area must be across for its name; how much wider than the room in its
// middle a name may be.
const LEAST_SIDE = 26, ROOMY = 1.5;

// Where agreements come together their lines are steep, and names would be heaped up: the sine of
// the steepest that is named.
const STEEP = 0.42;

export function createNames() {
  const widths = new Map(), memory = new Map(), shown = new Map();
  let lineMemory = new Map();

  const measure = (ctx, text, font, spacing = 0) => {
    const key = `${font}|${spacing}|${text}`;
    if (!widths.has(key)) {
      ctx.font = font;
      if ('letterSpacing' in ctx) ctx.letterSpacing = `${spacing}px`;
      widths.set(key, ctx.measureText(text).width);
      if ('letterSpacing' in ctx) ctx.letterSpacing = '0px';
    }
    return widths.get(key);
  };

  const box = (ctx, lines) => ({
    w: Math.max(...lines.map((l) => measure(ctx, l.text, l.font, l.spacing))),
    h: lines.reduce((sum, l) => sum + l.size * 1.18, 0),
  });

  const line = (text, weight, size, family, extra = {}) => ({
    text, size, font: `${extra.italic ? 'italic ' : ''}${weight} ${size}px ${family}`, spacing: 0, ...extra });

  function* collect(ctx, f, view) {
    const { model, palette, words, symbols, gates } = view;
    const small = words.lean ? 0 : 0.5, out = [];
    const add = (candidate) => {
      const size = box(ctx, candidate.lines), { offsets, aside } = candidate;
      out.push({ ...candidate, ...size, ...(aside ? { offsets: ASIDE.flatMap(([u, v]) => offsets.map(([x, y]) => [x + u * size.w, y + v * size.h])) } : {}) });
    };
    for (const s of symbols) {
      const { row, kind } = s;
      if (s.alpha < 0.5 && !row.pole) continue;
      if (s.alpha < 0.2) continue;
      const style = row.pole ? [600, 16] : kind === 'terminal' ? [600, 12.2] : s.capital ? [400, 13] : [400, 12];
      const name = words.text(row.short) || words.text(row.name);
      add({ key: `${s.key}@${s.k}`, unless: `noway:${row.id}@${s.k}`, owner: s.key, x: s.x, y: s.y, r: s.size / 2, priority: s.priority, alpha: s.alpha,
        lines: [line(name, style[0], style[1] - small, SANS)], most: s.priority > 90 ? 400 : 46,
        colour: kind === 'terminal' ? (s.colour === palette.ink ? palette.ink : s.colour) : palette.ink, halo: palette.halo });
    }
    yield;
    for (const g of gates) {
      if (!g.shut && !g.picked && model.alpha('gate', g.row.id) < 0.5) continue;
      add({ key: `${g.key}@${g.k}`, owner: g.key, x: g.x, y: g.y, r: g.shut ? 8 : 7, priority: g.priority, alpha: 1,
        lines: [line(words.text(g.row.name), g.shut ? 600 : 400, 12.2 - small, SANS, { italic: !g.shut, slant: !g.shut && !words.lean && !words.rtl })],
        most: g.shut ? 400 : g.picked && g.used ? 160 : 46,
        colour: palette[g.ink ?? 'ink'], halo: palette.halo });
    }
    for (const one of view.own) {
      if (one.p || !one.look.label || one.alpha < 0.5) continue;
      const at = one.size ? [one.x, one.y] : middleOf(one, f);
      if (!at) continue;
      const [x, y] = at, picked = model.state.selected === one.key;
      add({ key: `${one.key}@${one.k}`, owner: one.key, x, y, r: one.size ? one.size / 2 : 2, priority: picked ? 82 : one.size ? 44 : 36, alpha: 1,
        lines: [line(words.text(one.row.name), one.size ? 600 : 400, 12.2 - small, SANS)], most: 46, colour: one.colour, halo: palette.halo });
    }
    noWay(add, f, view, small);
    regionNames(add, f, view, small);
    yield;
    seaNames(ctx, out, f, view, small);
    countryNames(ctx, out, f, view, small);
    return out;
  }

  function noWay(add, f, { atlas, model, palette, words }, small) {
    for (const route of model.routes) {
      if (route.result?.reachable !== false) continue;
      const at = atlas.find(`terminal:${route.row.from}`) ?? atlas.find(`place:${route.row.from}`);
      if (!at) continue;
      for (const k of copies([at.lon, 0, at.lon, 0], f)) {
        const where = spot(f, at.lon, northing(at.lat), k);
        if (!where) continue;
        const [x, y] = where;
        add({ key: `noway:${route.row.from}@${k}`, owner: `route:${route.id}`, x, y, r: 13,
          priority: 130, alpha: 1, most: 1000, pad: 3, plate: palette.halo,
          lines: [line(words.text(at.short) || words.text(at.name), 600, 12.5 - small, SANS), line(words.t('no_way'), 600, 12.5 - small, SANS)], colour: palette.closed, halo: palette.halo });
        return;
      }
    }
  }

  function regionNames(add, f, { atlas, model, palette, words }, small) {
    const strong = (role) => mix(palette[role], palette.ink, 0.62);
    for (const [family, id] of Object.entries(model.state.reading)) {
      const region = atlas.regions.get(id);
      if (!model.on(family) || model.alpha('region', id) < 0.5 || f.zoom > 5.5) continue;
      spread(add, f, region.row.names, {
        key: `region:${id}`, priority: 34, aside: true, colour: strong(family), halo: palette[`${family}_ground`] ?? palette.sea, soft: true,
        lines: [line(words.text(region.row.short) || words.text(region.row.name), 600, 14.5 - small, SANS),
          line(words.area(region.row.area), 400, 12.5 - small, SANS)] });
    }
    const overlap = atlas.overlap(model.state.reading);
    if (overlap?.area > 1000 && model.on('overlaps') && f.zoom < 6.2) {
      spread(add, f, overlap.names, {
        key: 'overlap', priority: model.chapter?.figure_id.startsWith('overlap') ? 96 : 42, colour: strong('overlap'), halo: palette.halo,
        plate: palette.paper, pad: 7, most: 160,
        lines: [line(words.t('both_apply'), 600, 14 - small, SANS), line(words.area(overlap.area), 400, 12.5 - small, SANS)] });
    }
  }

  function spread(add, f, anchors, candidate) {
    if (!anchors?.length) return;
    const all = anchors.map(([u]) => u);
    for (const k of copies([Math.min(...all) - 20, 0, Math.max(...all) + 20, 0], f)) {
      const found = among(anchors, f, k);
      if (!found) continue;
      const [[x, y], offsets] = found;
      add({ most: 30, alpha: 1, ...candidate, owner: candidate.key === 'overlap' ? 'overlap:' : candidate.key,
        key: `${candidate.key}@${k}`, kind: 'area', x, y, offsets });
    }
  }

  // Where a name may stand: its first place in the window, and the others as seen from there.
  const among = (anchors, f, k) => {
    const [first, ...rest] = anchors.map(([lon, lat]) => spot(f, lon, northing(lat), k))
      .filter((at) => at && (!f.globe || Math.hypot(at[0] - f.globe.cx, at[1] - f.globe.cy) < INNER * f.globe.rim));
    return first && [first, [first, ...rest].map(([u, v]) => [u - first[0], v - first[1]])];
  };

  // A sea's name stands only where the water is wide enough for it, in one line or in two.
  function seaNames(ctx, out, f, { atlas, model, palette, words }, small) {
    if (!model.on('sea_labels')) return;
    for (const row of atlas.facts.sea_labels) {
      if (f.zoom < SEA_ZOOM[row.class]) continue;
      const [size, spacing] = SEA[row.class], grow = Math.max(0, Math.min(3, (f.zoom - 3.5) * 0.8));
      const text = words.text(row.name), lean = words.lean;
      const make = (parts) => parts.map((part) => line(part, 400, size + grow - small, SERIF,
        { italic: lean, slant: !lean && !words.rtl, spacing: words.rtl ? 0 : spacing * (lean ? 1 : 1.6) }));
      for (const lines of [make([text]), make(split(text))]) {
        const { w, h } = box(ctx, lines);
        if (w > 430) continue;
        const fits = row.rooms.filter(([, lat, half, high]) => 2 * half * eastward(f, lat) > w + 10 && 2 * high * f.s > h + 4);
        if (!fits.length) continue;
        const [[lon]] = fits;
        for (const k of copies([lon - 30, 0, lon + 30, 0], f)) {
          const found = among(fits, f, k);
          if (!found) continue;
          const [[x, y], offsets] = found;
          out.push({ key: `sea:${row.id}@${k}`, owner: `sea:${row.id}`, kind: 'area', x, y, offsets, lines, w, h, most: 4,
            priority: 20 - row.class * 3, alpha: 1, colour: palette.sea_name, halo: palette.sea, soft: true });
        }
        break;
      }
    }
  }

  // Countries, by how large they are drawn; quiet capitals that give way to everything.
  function countryNames(ctx, out, f, { atlas, model, palette, words }, small) {
    if (f.bare || !model.on('borders')) return;
    const at = 4 + atlas.facts.languages.indexOf(words.lang);
    for (const row of atlas.facts.countries) {
      const [lon, lat, half, area] = row, side = (Math.sqrt(area * 1000) / 111) * f.s;
      if (side < LEAST_SIDE) break;
      const size = 10 + Math.min(3.4, Math.log2(side / LEAST_SIDE)) - small;
      const text = row[at].toLocaleUpperCase(words.lang), whole = [line(text, 400, size, SANS, { spacing: words.rtl ? 0 : 1.6 })];
      const lines = measure(ctx, text, whole[0].font, 1.6) > 2.6 * half * eastward(f, lat) ? split(text).map((part) => line(part, 400, size, SANS, { spacing: words.rtl ? 0 : 1.6 })) : whole;
      const { w, h } = box(ctx, lines);
      if (w > 2 * ROOMY * half * eastward(f, lat)) continue;
      for (const k of copies([lon - 20, 0, lon + 20, 0], f)) {
        const [x, y] = spot(f, lon, northing(lat), k) ?? [-999, -999];
        if (x < -w || y < -h || x > f.width + w || y > f.height + h || (f.globe && Math.hypot(x - f.globe.cx, y - f.globe.cy) > 0.86 * f.globe.rim)) continue;
        out.push({ key: `land:${lon},${lat}@${k}`, owner: `land:${lon},${lat}`, kind: 'area', x, y, offsets: [[0, 0], [0, h], [0, -h], [w / 4, 0], [-w / 4, 0]], lines, w, h, most: 3,
          priority: 4, alpha: 1, colour: mix(palette.quiet, palette.land, 0.88), halo: palette.land, soft: true });
      }
    }
  }

  const split = (text) => {
    const gaps = [...text.matchAll(/ /g)].map((m) => m.index);
    if (!gaps.length) return [text];
    const best = gaps.reduce((a, b) => (Math.abs(b - text.length / 2) < Math.abs(a - text.length / 2) ? b : a));
    return [text.slice(0, best), text.slice(best + 1)];
  };

  function write(ctx, label, alpha) {
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
      const x = label.left + label.w / 2 + l.spacing / 2, base = y - l.size * 0.3;
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

  // Names that follow lines: of routes, the widest first, one for each; then of agreements.
  function* lineNames(ctx, f, { model, palette, words, drawn, own, hits }, occupancy) {
    const out = [], seen = new Set(), size = words.lean ? 12.4 : 12, font = `600 ${size}px ${SANS}`, next = new Map();
    // `tries`: sides of the line, 1 for the last one, and how many cells of other lines may lie below.
    const put = (key, id, text, { p, gap, tries, colour, steepest = 1 }) => {
      const chars = words.rtl ? text.split(/(?= )/).reverse() : [...text], sizes = chars.map((c) => measure(ctx, c, font)), shift = gap + size * 0.62, was = lineMemory.get(key), side = was?.side ?? 1;
      for (const [way, most] of tries) {
        const found = alongLine(p, sizes, shift * side * way, occupancy, size, way > 0 ? was?.place ?? null : null, most);
        if (!found) continue;
        const { glyphs, place } = found;
        if (Math.abs(Math.sin(glyphs[glyphs.length >> 1].angle)) > steepest) return false;
        glyphs.forEach(({ x, y, w }) => occupancy.block(x - w / 2 - 1, y - size / 2, x + w / 2 + 1, y + size / 2));
        next.set(key, { place, side: side * way });
        out.push({ chars, glyphs, font, colour, key: `along:${id}` });
        return true;
      }
      return false;
    };
    for (const { route, k, p, width, alpha } of [...drawn].sort((a, b) => b.width - a.width)) {
      if (alpha < 0.5 || seen.has(route.id)) continue;
      const small = `${words.text(route.row.short)}|${route.ghost ? route.id : ''}`;
      if (seen.has(small)) continue;
      const extra = route.ghost ? route.result.extra : 0;
      const text = route.ghost ? `+${words.nm(Math.round(extra))}` : words.text(route.row.short) || words.text(route.row.name);
      if (!text || (route.ghost && extra < 1)) continue;
      // Beside the other lines if there is room; names, but not figures, may lie on them.
      const tries = route.ghost ? [[1, 8], [-1, 8]] : [[1, 8], [1, 60], [-1, 60]];
      if (!put(`${route.id}@${k}`, route.id, text, { p, gap: width / 2 + 1.5, tries, colour: palette[route.role] })) continue;
      seen.add(route.id);
      seen.add(small);
      yield;
    }
    for (const { id, key, p, name, colour } of linesOf(hits, model, palette, words)) {
      if (seen.has(id) || !put(key, id, name, { p, gap: 2.5, tries: [[1, 8], [-1, 8]], colour, steepest: STEEP })) continue;
      seen.add(id);
      yield;
    }
    for (const [i, { key, k, p, look, row, colour, width, alpha }] of own.entries()) {
      if (!p || !look.label || alpha < 0.5 || seen.has(key)) continue;
      if (!put(`${key}@${k}@${i}`, key, words.text(row.name), { p, gap: width / 2 + 2, tries: [[1, 8], [-1, 8]], colour })) continue;
      seen.add(key);
      yield;
    }
    lineMemory = next;
    return out;
  }

  // Agreements that a chapter speaks of, or that the reader has chosen, with the lines they are drawn as.
  const linesOf = (hits, model, palette, words) => model.links.filter(({ row }) => model.focused.link?.has(row.id) || model.state.selected === `link:${row.id}`)
    .flatMap(({ row }) => hits.lines.filter(({ key }) => key === `link:${row.id}`).map(({ p }, i) => ({
      id: `link:${row.id}`, key: `link:${row.id}@${i}`, p, name: words.text(row.name), colour: row.pole ? palette.accent : palette.link })));

  function writeAlong(ctx, { chars, glyphs, font, colour }, halo, alpha, dpr) {
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
        const { x, y, angle } = glyphs[i], cos = Math.cos(angle) * dpr, sin = Math.sin(angle) * dpr;
        ctx.setTransform(cos, sin, -sin, cos, x * dpr, y * dpr);
        if (stroke) ctx.strokeText(c, 0, 0);
        else ctx.fillText(c, 0, 0);
      });
    }
    ctx.restore();
  }

  return {
    // Places, draws and returns the boxes of names; `more` tells that some are still fading in.
    * paint(ctx, f, view, occupancy) {
      const { hits, palette } = view, candidates = yield* collect(ctx, f, view);
      const urgent = candidates.filter((c) => c.priority >= 55), rest = candidates.filter((c) => c.priority < 55);
      const before = new Map(memory);
      const placed = placeLabels(urgent, occupancy, memory);
      const keep = new Map(memory);
      yield;
      const along = yield* lineNames(ctx, f, view, occupancy);
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
        hits.boxes.push({ key: label.owner, x0: label.left, y0: label.top, x1: label.left + label.w, y1: label.top + label.h });
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
