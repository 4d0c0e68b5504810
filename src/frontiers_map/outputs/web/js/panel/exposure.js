// How much of an importer's gas passes each strait, by the rule of analysis/exposure.py: at the
// moment that is shown, with what is closed; and what closing it all comes to, in one sentence.

import { el } from '../base/dom.js';
import { party, sourcesOf } from './links.js';
import { loads } from '../atlas/loads.js';

// What stays in sight; the rest is folded away.
const SHOWN = 10;

// What each route carries in a year, and its way with what is closed.
const sailing = (app, now) =>
  loads(app.atlas, now.date ?? app.facts.record_to).map((load) => {
    const way = app.scenarios.of(load.row, now),
      cut = way?.reachable === false;
    return { ...load, way, cut, gates: load.halted || cut ? load.row.gates : (way?.gates ?? load.row.gates) };
  });

export function exposure(app, now) {
  const cells = new Map();
  for (const load of sailing(app, now)) {
    for (const gate of ['', ...new Set(load.gates)]) {
      const at = `${gate} ${load.importer}`;
      const cell =
        cells.get(at) ??
        cells
          .set(at, { gate, importer: load.importer, mt: 0, share: 0, halted: 0, haltedShare: 0, cut: 0, loads: [] })
          .get(at);
      cell[load.halted ? 'halted' : load.cut ? 'cut' : 'mt'] += load.mt;
      if (load.halted) cell.haltedShare += load.share;
      else if (!load.cut) cell.share += load.share;
      cell.loads.push(load);
    }
  }
  return [...cells.values()];
}

// The share of each importer that some of it is true of, as words.
const shares = (app, all, of) => {
  const w = app.w();
  return all
    .filter((one) => one[of] >= 0.05)
    .sort((a, b) => b[of] - a[of])
    .map((one) => w.t('of_importer', { share: w.percent(one[of], 1), importer: party(app, one.importer) }));
};

// On the card of a strait: whose gas passes here, and whose would.
export function passesHere(app, gate) {
  const w = app.w(),
    cells = exposure(app, app.store.get()).filter((cell) => cell.gate === gate);
  return [
    ['share', 'passes_here'],
    ['haltedShare', 'would_pass'],
  ]
    .map(([of, key]) => [shares(app, cells, of), key])
    .filter(([items]) => items.length)
    .map(([items, key]) => el('p', { class: 'fm-card-text fm-passes', text: w.t(key, { items: w.list(items) }) }));
}

// Ships that it takes to deliver a million tonnes a year over a way, round trip after round trip:
// the rule of voyages/ship.py.
export function shipsPerMt(app, nm, speed) {
  const { days, boil } = app.scenarios.figures(nm, speed),
    { cargo_t: cargo, port_days: port } = app.facts.ship;
  return (1e6 * (2 * days + port)) / (365 * (cargo - boil));
}

// What is closed comes to: the share of each importer that has no way out, how many days more the
// rest sails on average by its tonnes, and how many ships more that ties up. Without tonnes, the
// routes are counted. Null where nothing is closed or nothing is known.
export function consequence(app, now) {
  const { facts } = app;
  if (!now.closed.length && !now.opened.length) return null;
  const carried = sailing(app, now),
    weighed = carried.length > 0;
  const all = weighed
    ? carried
    : facts.routes
        .filter((r) => r.draw)
        .map((row) => ({ row, mt: 1, way: app.scenarios.of(row, now) }))
        .map((one) => ({ ...one, cut: one.way?.reachable === false }));
  if (!all.length || all.some((one) => one.way === null)) return null;
  const stuck = new Map(),
    afloat = all.filter((one) => !one.cut && !one.halted);
  for (const { importer, share, cut } of carried) if (cut) stuck.set(importer, (stuck.get(importer) ?? 0) + share);
  const tonnes = afloat.reduce((sum, one) => sum + one.mt, 0),
    extra = (one) => (one.way.changed ? one.way.extra : 0);
  const ships = weighed
    ? afloat.reduce(
        (sum, one) =>
          sum +
          (extra(one) ? one.mt * (shipsPerMt(app, one.way.nm, now.speed) - shipsPerMt(app, one.row.nm, now.speed)) : 0),
        0,
      )
    : null;
  return {
    stuck: [...stuck].map(([importer, share]) => ({ importer, share })),
    weighed,
    cut: all.filter((one) => one.cut).length,
    routes: all.length,
    days: tonnes ? afloat.reduce((sum, one) => sum + (one.mt * extra(one)) / now.speed / 24, 0) / tonnes : null,
    ships,
  };
}

// The same as a sentence and three figures, `name` for what is closed.
export function answer(app, now, name) {
  const w = app.w(),
    found = consequence(app, now);
  if (!found) return null;
  const { stuck, weighed, cut, routes, days, ships } = found,
    signed = (value) => `${value < -0.05 ? '−' : '+'}${w.number(Math.abs(value), 1)}`;
  const items = shares(app, stuck, 'share'),
    moved = days !== null && Math.abs(days) >= 0.05;
  const parts = [
    items.length
      ? w.t('sum_stuck', { items: w.list(items) })
      : !weighed && cut
        ? w.t('sum_routes', { n: cut, all: routes })
        : w.t('sum_none_stuck'),
    days === null ? '' : moved ? w.t('sum_rest', { days: signed(days) }) : w.t('sum_as_before'),
    weighed && moved ? w.t('sum_ships', { n: signed(ships) }) : '',
  ].filter(Boolean);
  const figure = (value, label) => el('div', {}, el('strong', { text: value }), el('span', { text: label }));
  const [worst, ...others] = stuck.filter((one) => one.share >= 0.05).sort((a, b) => b.share - a.share);
  const first = worst
    ? figure(
        w.percent(worst.share, 1),
        w.sentence([
          w.t('fig_stuck', { importer: party(app, worst.importer) }),
          ...others.map((one) => `${party(app, one.importer)} ${w.percent(one.share, 1)}`),
        ]),
      )
    : figure(weighed ? w.percent(0) : w.number(cut), w.t(weighed ? 'fig_none_stuck' : 'fig_routes'));
  return [
    el('p', { class: 'fm-answer-sentence', text: `${name}: ${parts.join(w.end === '.' ? '; ' : '、')}${w.end}` }),
    el(
      'div',
      { class: 'fm-answer-figures' },
      first,
      days === null ? null : figure(moved ? signed(days) : w.number(0), w.t('fig_days')),
      ships === null ? null : figure(moved ? signed(ships) : w.number(0), w.t('fig_ships')),
    ),
  ];
}

export function exposureTable(app) {
  const w = app.w(),
    { facts, atlas, store } = app;
  const importers = [...new Set(facts.supply.map((s) => s.importer))].sort();
  if (!importers.length) return null;
  const heads = () =>
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        el('th', { scope: 'col', text: w.t('exposure_strait') }),
        importers.map((code) => el('th', { scope: 'col', class: 'fm-num', text: party(app, code) })),
      ),
    );
  const bodies = [el('tbody', {}), el('tbody', {})],
    more = el('summary', {});
  const table = (body) =>
    el('table', { class: 'fm-table' }, el('caption', { class: 'fm-hide', text: w.t('exposure_title') }), heads(), body);
  const rest = el('details', {}, more, table(bodies[1])),
    day = el('p', { class: 'fm-quiet' });
  const sets = facts.scenarios.map((s) => ({
    name: w.text(s.name),
    closed: atlas.gatesOf(s.close),
    opened: atlas.gatesOf(s.open),
  }));
  const is = (now, set) =>
    [...now.closed].sort().join() === [...set.closed].sort().join() &&
    [...now.opened].sort().join() === [...set.opened].sort().join();
  const other = el('option', { value: '-', text: w.t('as_closed') });
  const scenario = el(
    'select',
    {
      'class': 'fm-select',
      'aria-label': w.t('named_scenarios'),
      'onchange': () => {
        const set = sets[scenario.value] ?? { closed: [], opened: [] };
        app.set({ closed: set.closed, opened: set.opened });
      },
    },
    el('option', { value: '', text: w.t('all_open_option') }),
    sets.map((set, i) => el('option', { value: String(i) }, set.name)),
    other,
  );
  const node = el(
    'section',
    { class: 'fm-section fm-exposure' },
    el('h2', { text: w.t('exposure_title') }),
    day,
    sets.length ? scenario : null,
    table(bodies[0]),
    rest,
    el('p', { class: 'fm-quiet fm-below', text: w.t('exposure_foot') }),
  );

  // What a cell is made of: each route with its tonnes, and whose figures of when these are.
  const made = (cell) =>
    el(
      'ul',
      {},
      cell.loads.map((load) =>
        el(
          'li',
          {},
          el(
            'button',
            { type: 'button', class: 'fm-link', onclick: () => app.select(`route:${load.row.id}`, { fly: true }) },
            w.text(load.row.name),
          ),
          el('span', {
            class: 'fm-quiet',
            text: ` ${w.sentence([
              w.t('of_figures', { mt: w.number(load.mt, 2), share: w.percent(load.share, 1) }),
              load.halted ? w.t('route_status.halted') : load.cut ? w.t('no_way') : '',
              w.t('figures_of', {
                period: load.figure.period
                  .split('/')
                  .map((part) => w.date(part))
                  .join(' – '),
              }),
            ])}`,
          }),
          sourcesOf(app, load.figure.source, true),
        ),
      ),
    );
  let open = null;
  const amount = (cell) => {
    if (!cell) return el('td', {});
    const key = `${cell.gate} ${cell.importer}`;
    const button = el(
      'button',
      {
        'type': 'button',
        'class': 'fm-cell',
        'aria-expanded': String(open === key),
        'onclick': () => {
          open = open === key ? null : key;
          update(store.get());
          node.querySelector('.fm-cell[aria-expanded=true]')?.focus();
        },
      },
      cell.mt ? `${w.number(cell.mt, 1)} (${w.percent(cell.share, 1)})` : '–',
      cell.halted
        ? el('small', { class: 'fm-more-days', text: w.t('exposure_halted', { mt: w.number(cell.halted, 1) }) })
        : null,
      cell.cut
        ? el('small', { class: 'fm-more-days', text: w.t('exposure_cut', { mt: w.number(cell.cut, 1) }) })
        : null,
    );
    return el('td', { class: 'fm-num' }, button);
  };

  function update(now) {
    const cells = exposure(app, now),
      gates = [...new Set(cells.map((c) => c.gate))];
    const size = (gate) => cells.filter((c) => c.gate === gate).reduce((sum, c) => sum + c.mt + c.halted + c.cut, 0);
    const rank = (gate) => (gate ? (atlas.find(`gate:${gate}`)?.rank ?? 3) : 0);
    gates.sort((a, b) => rank(a) - rank(b) || size(b) - size(a) || (a < b ? -1 : 1));
    const row = (gate) => {
      const mine = importers.map((code) => cells.find((c) => c.gate === gate && c.importer === code)),
        shown = mine.find((c) => c && `${gate} ${c.importer}` === open);
      return [
        el(
          'tr',
          {},
          el(
            'th',
            { scope: 'row' },
            gate
              ? el(
                  'button',
                  { type: 'button', class: 'fm-link', onclick: () => app.select(`gate:${gate}`, { fly: true }) },
                  w.text(atlas.find(`gate:${gate}`)?.name),
                )
              : w.t('exposure_all'),
          ),
          mine.map(amount),
        ),
        shown
          ? el('tr', { class: 'fm-made-of' }, el('td', { colspan: String(importers.length + 1) }, made(shown)))
          : null,
      ];
    };
    bodies[0].replaceChildren(...gates.slice(0, SHOWN).flatMap(row).filter(Boolean));
    bodies[1].replaceChildren(...gates.slice(SHOWN).flatMap(row).filter(Boolean));
    rest.hidden = gates.length <= SHOWN;
    more.textContent = w.t('other_straits', { n: gates.length - SHOWN });
    day.textContent = w.t('exposure_note', { date: w.date(now.date ?? facts.record_to) });
    const at = sets.findIndex((set) => is(now, set)),
      none = !now.closed.length && !now.opened.length;
    other.hidden = none || at >= 0;
    scenario.value = none ? '' : at >= 0 ? String(at) : '-';
  }
  return { node, update };
}
