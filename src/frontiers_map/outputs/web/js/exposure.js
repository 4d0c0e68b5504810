// How much of an importer's gas passes each strait, by the rule of analysis/exposure.py: at the
// moment that is shown, with what is closed.

import { el } from './dom.js';
import { party } from './card.js';
import { statusAt } from './model.js';

// What stays in sight; the rest is folded away.
const SHOWN = 10;

export function exposure(app, now) {
  const { facts, atlas } = app, date = now.date ?? facts.record_to, cells = new Map();
  const add = (gate, importer, key, mt, share) => {
    const at = `${gate} ${importer}`;
    const cell = cells.get(at) ?? cells.set(at, { gate, importer, mt: 0, share: 0, halted: 0, cut: 0 }).get(at);
    cell[key] += mt;
    if (key === 'mt') cell.share += share;
  };
  for (const { importer, supplier, mt, share } of facts.supply) {
    const trades = facts.routes.filter((r) => r.importer === importer && r.supplier === supplier);
    const of = (status) => trades.filter((r) => statusAt(atlas, r, date) === status);
    const active = of('active'), carrying = active.length ? active : of('halted');
    for (const row of carrying) {
      const way = active.length ? app.scenarios.of(row, now) : null, cut = way?.reachable === false;
      const gates = cut ? row.gates : way?.gates ?? row.gates;
      for (const gate of ['', ...new Set(gates)]) add(gate, importer, active.length ? (cut ? 'cut' : 'mt') : 'halted', mt / carrying.length, share / carrying.length);
    }
  }
  return [...cells.values()];
}

export function exposureTable(app) {
  const w = app.w(), { facts, atlas } = app;
  const importers = [...new Set(facts.supply.map((s) => s.importer))].sort();
  if (!importers.length) return null;
  const heads = () => el('thead', {}, el('tr', {}, el('th', { scope: 'col', text: w.t('exposure_strait') }), importers.map((code) => el('th', { scope: 'col', class: 'fm-num', text: party(app, code) }))));
  const bodies = [el('tbody', {}), el('tbody', {})], more = el('summary', {});
  const table = (body) => el('table', { class: 'fm-table' }, el('caption', { class: 'fm-hide', text: w.t('exposure_title') }), heads(), body);
  const rest = el('details', {}, more, table(bodies[1])), day = el('p', { class: 'fm-quiet' });
  const node = el('section', { class: 'fm-section fm-exposure' }, el('h2', { text: w.t('exposure_title') }), day, table(bodies[0]), rest, el('p', { class: 'fm-quiet fm-below', text: w.t('exposure_foot') }));
  const amount = (cell) => el('td', { class: 'fm-num' }, cell ? [
    cell.mt ? `${w.number(cell.mt, 1)} (${w.percent(cell.share, 1)})` : '–',
    cell.halted ? el('small', { class: 'fm-more-days', text: w.t('exposure_halted', { mt: w.number(cell.halted, 1) }) }) : null,
    cell.cut ? el('small', { class: 'fm-more-days', text: w.t('exposure_cut', { mt: w.number(cell.cut, 1) }) }) : null] : '');
  return {
    node,
    update(now) {
      const cells = exposure(app, now), gates = [...new Set(cells.map((c) => c.gate))];
      const size = (gate) => cells.filter((c) => c.gate === gate).reduce((sum, c) => sum + c.mt + c.halted + c.cut, 0);
      const rank = (gate) => (gate ? atlas.find(`gate:${gate}`)?.rank ?? 3 : 0);
      gates.sort((a, b) => rank(a) - rank(b) || size(b) - size(a) || (a < b ? -1 : 1));
      const row = (gate) => el('tr', {},
        el('th', { scope: 'row' }, gate ? el('button', { type: 'button', class: 'fm-link', onclick: () => app.select(`gate:${gate}`, { fly: true }) }, w.text(atlas.find(`gate:${gate}`)?.name)) : w.t('exposure_all')),
        importers.map((code) => amount(cells.find((c) => c.gate === gate && c.importer === code))));
      bodies[0].replaceChildren(...gates.slice(0, SHOWN).map(row));
      bodies[1].replaceChildren(...gates.slice(SHOWN).map(row));
      rest.hidden = gates.length <= SHOWN;
      more.textContent = w.t('other_straits', { n: gates.length - SHOWN });
      day.textContent = w.t('exposure_note', { date: w.date(now.date ?? facts.record_to) });
    },
  };
}
