// The view as a plate: title, map, legend, and who says so. One composition for PNG, SVG and paper.

import { arrow } from '../base/arrows.js';
import { download, el } from '../base/dom.js';
import { paintKind } from '../map/features.js';
import { latitude } from '../geo/geo.js';
import { inkOf } from '../atlas/kinds.js';
import { cross, drawSymbol } from '../map/marks.js';
import { createGlobe, eastward, shifted, unspot } from '../geo/projection.js';
import { createRecorder, escapeXml } from './svg.js';
import { paintSample } from '../map/washes.js';

const SANS = '"Atlas Sans", "Hiragino Sans", "Noto Sans CJK JP", "Yu Gothic", "Noto Sans JP", sans-serif';
const SERIF = '"Atlas Serif", "Hiragino Mincho ProN", "Noto Serif CJK JP", "Yu Mincho", serif';
const MARGIN = 14,
  HEAD = 60,
  ROW = 20;

// Paper has colours of its own while a sheet is printed.
const shade = (app) => app.paper ?? app.palette();

// What the map shows now, as legend entries: a symbol 34 px wide, and words.
function entries(app) {
  const w = app.w(),
    p = shade(app),
    model = app.model(),
    { facts, atlas } = app,
    out = [];
  const { symbols } = facts.style;
  const add = (text, paint) => text && out.push({ text, paint });
  const line =
    (colour, width, dash = []) =>
    (ctx, x, y) => {
      ctx.beginPath();
      ctx.moveTo(x, y);
      ctx.lineTo(x + 34, y);
      ctx.strokeStyle = colour;
      ctx.lineWidth = width;
      ctx.setLineDash(dash);
      ctx.stroke();
      ctx.setLineDash([]);
    };
  const sample = (family) => (ctx, x, y) =>
    paintSample(
      ctx,
      p,
      facts.families.map((f) => f.id),
      family,
      x,
      y - 6,
      34,
      12,
      2,
    );
  for (const family of facts.families) {
    const region = atlas.regions.get(model.state.reading[family.id])?.row;
    if (!region || !model.on(family.id)) continue;
    add(`${w.text(region.short) || w.text(region.name)}, ${w.area(region.area)}`, sample(family.id));
  }
  const overlap = atlas.overlap(model.state.reading);
  if (overlap?.area > 1000 && model.on('overlaps') && facts.families.every((f) => model.on(f.id))) {
    add(`${w.t('both_apply')}, ${w.area(overlap.area)}`, sample(null));
  }
  for (const layer of facts.own_layers.filter(({ id }) => model.on(id))) {
    for (const look of layer.kinds) {
      const states = new Set(model.features.filter((one) => one.look === look).map((one) => one.state));
      for (const state of Object.keys(facts.style.states).filter((one) => states.has(one))) {
        add(w.sentence([w.text(look.name), state === 'in_service' ? '' : w.t(`feature_state.${state}`)]), (ctx, x, y) =>
          paintKind(ctx, facts, layer, look, state, p, x + 17, y, 34),
        );
      }
    }
  }
  if (model.on('routes')) {
    const drawn = model.routes.filter((r) => r.points && r.id !== 'own');
    for (const s of facts.suppliers) {
      // What a chapter leaves in the background is not what the picture is about.
      const mine = drawn.filter((r) => r.row.supplier === s.id && model.alpha('route', r.id) > 0.5);
      if (!mine.length) continue;
      const to = [...new Set(mine.map((r) => r.row.importer))].map((c) => w.text(atlas.party(c)) || c);
      add(`${w.text(s.name)} ${w.t('to_importer', { name: w.list(to) })}`, (ctx, x, y) => {
        line(p[mine[0].role], 3)(ctx, x, y);
        arrow(ctx, x + 17, y, 0, 6, p[mine[0].role], p.paper, mine[0].head);
      });
    }
    if (drawn.some((r) => facts.style.dashes[r.status]?.length && !r.ghost))
      add(w.t('legend_dashed'), line(p.quiet, 2, [6, 4]));
    if (model.routes.some((r) => r.ghost)) add(w.t('legend_ghost'), line(p.quiet, 1.4, [1.5, 4]));
  }
  if (model.state.own) add(w.t('own_route'), line(p.accent, 4.2));
  // Kinds that the atlas has of its own.
  const kinds = (layer, drawnAs) =>
    Object.entries(model.on(layer) ? facts.kinds[layer] : {})
      .filter(([, look]) => look.own)
      .forEach(([kind, look]) => add(w.t(`${layer.slice(0, -1)}_kind.${kind}`), drawnAs(look)));
  const sign = (look) => (ctx, x, y) =>
    drawSymbol(ctx, symbols, look.symbol, x + 17, y, 12, inkOf(look, p, p.ink), p.paper);
  if (model.on('links') && model.links.length) add(w.t('links'), line(p.link, 1.3));
  kinds('links', (look) => line(inkOf(look, p, p.link), 1.3));
  kinds('places', sign);
  if (model.on('terminals') && facts.terminals.length) {
    add(w.t('legend_export'), (ctx, x, y) => drawSymbol(ctx, symbols, 'export', x + 17, y, 12, p.route_other, p.paper));
    add(w.t('legend_import'), (ctx, x, y) => drawSymbol(ctx, symbols, 'import', x + 17, y, 12, p.ink, p.paper));
    kinds('terminals', sign);
  }
  const bar = (colour) => (ctx, x, y) => {
    ctx.beginPath();
    ctx.moveTo(x + 17, y - 7);
    ctx.lineTo(x + 17, y + 7);
    ctx.strokeStyle = colour;
    ctx.lineWidth = 2.4;
    ctx.stroke();
  };
  if (model.on('gates') && facts.gates.length) add(w.t('gates'), bar(p.gate));
  if (model.closed.size)
    add(
      w.t('say_closed', { names: w.list([...model.closed].map((id) => w.text(atlas.find(`gate:${id}`)?.name))) }),
      (ctx, x, y) => cross(ctx, x + 17, y, p),
    );
  return out;
}

// Entries in rows: [{text, paint, x, row}], and how many rows there are.
function flow(ctx, list, width) {
  let x = 0,
    row = 0;
  ctx.font = `400 12.5px ${SANS}`;
  const placed = list.map((entry) => {
    const wide = 42 + ctx.measureText(entry.text).width + 20;
    if (x > 0 && x + wide - 20 > width) [x, row] = [0, row + 1];
    const at = { ...entry, x, row };
    x += wide;
    return at;
  });
  return { placed, rows: list.length ? row + 1 : 0 };
}

// What is written under the title: the chapter or the closed straits, and the moment.
function subtitle(app) {
  const w = app.w(),
    now = app.store.get(),
    { facts } = app;
  const chapter = now.tab === 'story' ? facts.chapters.find((c) => c.id === now.chapter) : null;
  return w.sentence([
    chapter ? w.text(chapter.title) : w.text(facts.deck),
    now.date ? w.t('as_of', { date: w.date(now.date) }) : '',
    w.t('record_to', { date: w.date(facts.record_to) }),
  ]);
}

const cut = (ctx, text, width) => {
  if (ctx.measureText(text).width <= width) return text;
  let short = [...text];
  while (short.length > 1 && ctx.measureText(`${short.join('')}…`).width > width)
    short = short.slice(0, Math.max(1, short.length - 4));
  return `${short.join('').trimEnd()}…`;
};

// A text in lines; Japanese may break anywhere.
function wrap(ctx, text, width) {
  const lines = [];
  let line = '';
  for (const piece of text.match(/[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+\s*|\s+/g) ?? []) {
    if (line && ctx.measureText((line + piece).trimEnd()).width > width) {
      lines.push(line.trimEnd());
      line = piece.trimStart();
    } else line += piece;
  }
  return line ? [...lines, line.trimEnd()] : lines;
}

// Sizes of a plate around a map of width x height.
function layout(app, ctx, width, height) {
  const legend = flow(ctx, entries(app), width - 2 * MARGIN);
  const w = app.w(),
    { facts } = app;
  const text = w.sentence([
    `${w.text(facts.atlas_title)} ${facts.version}`,
    w.text(facts.credit).replace(/\s+/g, ' '),
    facts.basemap ? '' : w.t(app.camera.isGlobe() ? 'projection_globe' : 'projection'),
  ]);
  ctx.font = `400 11.5px ${SANS}`;
  const credit = wrap(ctx, text, width - 2 * MARGIN);
  return { width, height, legend, credit, foot: legend.rows * ROW + 29 + credit.length * 15, top: HEAD };
}

function furnish(app, ctx, { width, height, legend, credit, top, foot }, frame) {
  const w = app.w(),
    p = shade(app),
    { facts } = app;
  ctx.fillStyle = p.paper;
  ctx.fillRect(0, 0, width, top);
  ctx.fillRect(0, top + height, width, foot);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  ctx.fillStyle = p.ink;
  ctx.font = `600 22px ${SERIF}`;
  ctx.fillText(cut(ctx, w.text(facts.title), width - 2 * MARGIN), MARGIN, 28);
  ctx.font = `400 13.5px ${SANS}`;
  ctx.fillStyle = p.quiet;
  ctx.fillText(cut(ctx, subtitle(app), width - 2 * MARGIN), MARGIN, 48);
  for (const { text, paint, x, row } of legend.placed) {
    const y = top + height + 20 + row * ROW;
    paint(ctx, MARGIN + x, y);
    ctx.font = `400 12.5px ${SANS}`;
    ctx.fillStyle = p.ink;
    ctx.fillText(cut(ctx, text, width - 2 * MARGIN - 42), MARGIN + x + 42, y + 4);
  }
  ctx.font = `400 11.5px ${SANS}`;
  ctx.fillStyle = p.quiet;
  credit.forEach((text, i) => ctx.fillText(text, MARGIN, top + height + legend.rows * ROW + 30 + i * 15));
  scaleBar(app, ctx, frame, width, top + height);
}

function scaleBar(app, ctx, frame, width, bottom) {
  const w = app.w(),
    p = shade(app),
    [, y0] = unspot(frame, frame.width / 2, frame.height / 2) ?? [0, 0],
    lat = latitude(y0),
    perNm = eastward(frame, lat) / (60 * Math.cos((lat * Math.PI) / 180));
  const nm = [5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2].find((s) => s * perNm <= 130) ?? 1,
    long = nm * perNm;
  const text = `${w.nm(nm)} · ${w.apart(`${Math.abs(Math.round(lat))}°${lat < 0 ? 'S' : 'N'}`)}`,
    x = width - 16,
    y = bottom - 14;
  ctx.beginPath();
  ctx.moveTo(x - long, y - 5);
  ctx.lineTo(x - long, y);
  ctx.lineTo(x, y);
  ctx.lineTo(x, y - 5);
  ctx.strokeStyle = p.ink;
  ctx.lineWidth = 1.5;
  ctx.stroke();
  ctx.font = `400 11.5px ${SANS}`;
  ctx.textAlign = 'right';
  ctx.lineJoin = 'round';
  ctx.strokeStyle = p.halo;
  ctx.lineWidth = 3;
  ctx.strokeText(text, x, y - 9);
  ctx.fillStyle = p.ink;
  ctx.fillText(text, x, y - 9);
  ctx.textAlign = 'left';
}

// The visible part of the map as a frame of its own, without what covers it on the screen.
export function visibleFrame(app) {
  const f = app.camera.frame(),
    inset = app.insets();
  const width = Math.max(320, Math.round(f.width - inset.left - inset.right)),
    height = Math.max(240, Math.round(f.height - inset.top - inset.bottom));
  return { ...shifted(f, -inset.left, -inset.top), width, height, moving: false };
}

// The same middle and as much of the map as fits into width x height.
export function fitted(f, width, height) {
  const k = Math.min(width / f.width, height / f.height),
    x = (f.width / 2 - f.x0) / f.s,
    y = (f.height / 2 - f.y0) / f.s;
  const zoom = f.zoom + Math.log2(k),
    g = f.globe,
    turned = g && {
      globe: createGlobe({
        lon: g.lon,
        lat: g.lat,
        scale: f.s * k,
        zoom,
        cx: width / 2 + (g.cx - f.width / 2) * k,
        cy: height / 2 + (g.cy - f.height / 2) * k,
      }),
    };
  return {
    ...f,
    ...turned,
    s: f.s * k,
    zoom,
    width,
    height,
    x0: width / 2 - x * f.s * k,
    y0: height / 2 - y * f.s * k,
  };
}

// Names keep off the corner of the scale bar.
const options = (app, f, dpr) => ({
  model: app.model(),
  palette: shade(app),
  words: app.w(),
  dpr,
  blocks: [[f.width - 170, f.height - 40, f.width, f.height]],
});

// A plate as a canvas, `scale` pixels to one of the screen.
export function plateCanvas(app, scale = 2) {
  const frame = visibleFrame(app),
    out = el('canvas'),
    ctx = out.getContext('2d'),
    map = el('canvas');
  const plate = layout(app, ctx, frame.width, frame.height);
  out.width = Math.round(plate.width * scale);
  out.height = Math.round((plate.top + plate.height + plate.foot) * scale);
  app.painter.paintOn(map, frame, options(app, frame, scale));
  ctx.scale(scale, scale);
  ctx.drawImage(map, 0, plate.top, plate.width, plate.height);
  furnish(app, ctx, plate, frame);
  return out;
}

// A plate as the text of an SVG. `fonts` puts the page's own letters in, for files that travel.
export function plateSvg(app, frame, fonts = true) {
  const real = el('canvas').getContext('2d'),
    w = app.w();
  const plate = layout(app, real, frame.width, frame.height);
  const map = createRecorder(frame.width, frame.height, real);
  app.painter.paintOn(map.canvas, frame, options(app, frame, 1));
  const whole = createRecorder(plate.width, plate.top + plate.height + plate.foot, real);
  whole.nest(map, 0, plate.top, plate.width, plate.height, 'map-');
  whole.ctx.part('legend');
  furnish(app, whole.ctx, plate, frame);
  const title = escapeXml(w.text(app.facts.title)),
    text = escapeXml(w.sentence([subtitle(app)]));
  return whole.text({
    lang: w.lang,
    head: `<title>${title}</title><desc>${text}</desc>${fonts ? `<style>${faces()}</style>` : ''}`,
  });
}

// The page's own font rules, as they stand in its style sheet.
function faces() {
  const sheet = document.querySelector('style')?.textContent ?? '';
  return (sheet.match(/@font-face\{[^}]*\}/g) ?? []).join('\n');
}

export function pictureSvg(app, name) {
  download(name, plateSvg(app, visibleFrame(app)), 'image/svg+xml');
  app.say(app.w().t('saved'));
}
