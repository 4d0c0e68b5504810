// Names that follow lines, and where along each they stood, so that they stay while the map moves.

import { alongLine } from './labels.js';
import { measure, SANS } from './lettering.js';

// Where agreements come together their lines are steep, and names would be heaped up: the sine of
// the steepest that is named.
const STEEP = 0.42;

// Of routes, the widest first, one for each; then of agreements and own lines. `before`: what the
// last call gave as `places`.
export function* lineNames(ctx, { atlas, model, palette, words, drawn, own, hits }, occupancy, before) {
  const out = [],
    seen = new Set(),
    size = words.lean ? 12.4 : 12,
    font = `600 ${size}px ${SANS}`,
    next = new Map();
  // `tries`: sides of the line, 1 for the last one, and how many cells of other lines may lie below.
  const put = (key, id, text, { p, gap, tries, colour, steepest = 1 }) => {
    const chars = words.rtl ? text.split(/(?= )/).reverse() : [...text],
      sizes = chars.map((c) => measure(ctx, c, font)),
      shift = gap + size * 0.62,
      was = before.get(key),
      side = was?.side ?? 1;
    for (const [way, most] of tries) {
      const found = alongLine(
        p,
        sizes,
        shift * side * way,
        occupancy,
        size,
        way > 0 ? (was?.place ?? null) : null,
        most,
      );
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
  for (const item of [...drawn].sort((a, b) => b.span - a.span)) {
    const { route, k, alpha, span, merged } = item,
      { row, ghost } = route;
    if (alpha < 0.5 || seen.has(route.id)) continue;
    // A band has the name and the share of its supplier, once for all of its routes.
    const share = merged && route.load?.figure.share,
      extra = ghost ? route.result.extra : 0;
    const name = share
      ? `${trade(atlas, words, row)} ${words.percent(share, 1)}`
      : words.text(row.short) || words.text(row.name);
    const more = extra < 1 ? '' : `+${words.t('n_days', { n: words.days(extra / model.state.speed / 24) })}`;
    const text = ghost ? (share && more ? `${name} · ${more}` : more) : name;
    const small = `${text} ${row.importer} ${ghost && !merged ? route.id : row.supplier}`;
    if (!text || seen.has(small)) continue;
    const p = item.alone.reduce((best, line) => (line.length > (best?.length ?? 0) ? line : best), null) ?? item.p;
    // Beside the other lines if there is room; names, but not figures, may lie on them.
    const tries =
      ghost && !share
        ? [
            [1, 8],
            [-1, 8],
          ]
        : [
            [1, 8],
            [1, 60],
            [-1, 60],
          ];
    if (!put(`${route.id}@${k}`, route.id, text, { p, gap: span / 2 + 1.5, tries, colour: palette[route.role] }))
      continue;
    seen.add(route.id);
    seen.add(small);
    yield;
  }
  for (const { id, key, p, name, colour } of linesOf(hits, model, palette, words)) {
    if (
      seen.has(id) ||
      !put(key, id, name, {
        p,
        gap: 2.5,
        tries: [
          [1, 8],
          [-1, 8],
        ],
        colour,
        steepest: STEEP,
      })
    )
      continue;
    seen.add(id);
    yield;
  }
  for (const [i, { key, k, p, look, row, colour, width, alpha }] of own.entries()) {
    if (!p || !look.label || alpha < 0.5 || seen.has(key)) continue;
    if (
      !put(`${key}@${k}@${i}`, key, words.text(row.name), {
        p,
        gap: width / 2 + 2,
        tries: [
          [1, 8],
          [-1, 8],
        ],
        colour,
      })
    )
      continue;
    seen.add(key);
    yield;
  }
  return { along: out, places: next };
}

// A supplier; with whom it sends to, if there are several.
function trade(atlas, words, { supplier, importer }) {
  const name = words.text(atlas.supplier(supplier)?.name),
    alone = atlas.facts.supply.filter((figure) => figure.supplier === supplier).length === 1;
  return alone ? name : `${name} ${words.arrow} ${words.text(atlas.party(importer)) || importer}`;
}

// Agreements that a chapter speaks of, or that the reader has chosen, with the lines they are drawn as.
const linesOf = (hits, model, palette, words) =>
  model.links
    .filter(({ row }) => model.focused.link?.has(row.id) || model.state.selected === `link:${row.id}`)
    .flatMap(({ row }) =>
      hits.lines
        .filter(({ key }) => key === `link:${row.id}`)
        .map(({ p }, i) => ({
          id: `link:${row.id}`,
          key: `link:${row.id}@${i}`,
          p,
          name: words.text(row.name),
          colour: row.pole ? palette.accent : palette.link,
        })),
    );
