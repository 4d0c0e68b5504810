// Questions that the search answers by itself: the way between two harbours, whose gas passes a
// strait, what closing straits comes to, what one supplier takes in ships beside another.

import { position } from './card.js';
import { createEnds } from './ends.js';
import { answer, exposure, shipsPerMt } from './exposure.js';
import { likeOf } from '../atlas/kinds.js';
import { once } from '../base/later.js';
import { party } from './links.js';
import { mentioned, wordsOf } from '../atlas/matching.js';
import { readPosition } from '../geo/position.js';

const SHORT = 4,
  LATIN = /\p{Script=Latin}/u,
  BRACKETS = /[(（].*?[)）]/g;

// Whole names, up to a comma or bracket; of scripts without spaces also without their last word.
const wholes = (names) =>
  names.filter(Boolean).flatMap((name) => {
    const bare = name.replace(BRACKETS, ' '),
      whole = wordsOf(bare).join(' '),
      head = wordsOf(bare.split(/[,、，]/)[0]).join(' ');
    return [whole, head, ...(!LATIN.test(head) && head.length > SHORT ? [head.slice(0, -2)] : [])];
  });

// What each thing of a kind is called, and by which words: those that hardly any other bears.
function callsOf(kind, rows, nameOf, rare = 1) {
  const words = (row) =>
    new Set(
      nameOf(row)
        .filter(Boolean)
        .flatMap((name) => wordsOf(name.replace(BRACKETS, ' ')))
        .filter((word) => LATIN.test(word) && word.length >= SHORT),
    );
  const bearers = new Map();
  for (const row of rows) for (const word of words(row)) bearers.set(word, (bearers.get(word) ?? 0) + 1);
  return rows.flatMap((row) =>
    [...new Set([...wholes(nameOf(row)), ...[...words(row)].filter((word) => bearers.get(word) <= rare)])].map(
      (call) => [call, { kind, row }],
    ),
  );
}

function allCalls({ facts }) {
  const importers = [...new Set(facts.supply.map((s) => s.importer))].map((code) => ({
    code,
    name: facts.parties[code] ?? [],
  }));
  const calls = new Map(),
    name = (row) => row.name;
  for (const [call, thing] of [
    ...callsOf('gate', facts.gates, name),
    ...callsOf('supplier', facts.suppliers, name),
    ...callsOf('importer', importers, name),
    ...callsOf(
      'route',
      facts.routes.filter((r) => r.draw || r.status === 'active'),
      (row) => row.short,
    ),
    ...callsOf('end', [...facts.places, ...facts.terminals], (row) => [...row.name, ...(row.short ?? [])], 2),
  ])
    if (call.length > 1) calls.set(call, [...(calls.get(call) ?? []), thing]);
  return [...calls].sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1));
}

// A question says more than what things are called: "Strait of Malacca" is none.
const asks = ({ gates, terminals, places }, rest) => {
  const called = new Set(
    [...gates, ...terminals, ...places].flatMap((row) => row.name.filter(Boolean).flatMap(wordsOf)),
  );
  return wordsOf(rest).some((word) => word.length > (LATIN.test(word) ? 2 : 1) && !called.has(word));
};

export function createAsk(app) {
  const { facts, atlas } = app,
    calls = once(() => allCalls(app));
  // Made when they are first asked for in a language: the search asks at every key.
  const spoken = new Map();
  const ends = () => {
    const { lang } = app.w();
    if (!spoken.has(lang)) spoken.set(lang, createEnds(app));
    return spoken.get(lang);
  };
  const show = (patch) => {
    app.set({ tab: 'scenarios', selected: null, ...patch });
    if (app.phone()) app.panel.setHeight('mid');
  };

  function place(query) {
    const w = app.w(),
      at = readPosition(query);
    if (at?.problem) return [];
    const look =
      (/** @type {any} */ { lon, lat }) =>
      () =>
        app.camera.look([lon, lat, 5], true);
    if (at) {
      const found = app.network ? ends().ofPosition(at) : {};
      return [{ title: position(w, at), text: found.told ?? found.problem ?? '', run: look(at) }];
    }
    const port = app.network && query.trim() ? ends().port(query) : null;
    if (!port) return [];
    const offered = (port.offered ?? []).map(([row, nm]) => `${w.text(row.name)} (${w.nm(Math.round(nm))})`).join('; ');
    return [
      {
        title: w.text(port.row.name),
        text: [port.told ?? port.problem, offered].filter(Boolean).join(' '),
        run: look(port.row),
      },
    ];
  }

  // The way between the first two harbours, with the straits closed that are named.
  function way(named, gates) {
    if (!app.network) return [];
    const w = app.w();
    const harbour = (things) => {
      const rows = things.filter(({ kind }) => kind === 'end').map(({ row }) => row);
      return (
        rows.find((row) => app.network.has(row.id)) ??
        ends().row(rows.map((row) => ends().ofPosition(row).id).find(Boolean))
      );
    };
    const [from, to] = named.map(harbour).filter(Boolean);
    if (
      !to ||
      from === to ||
      [from, to].every(({ kind }) => likeOf(app.facts, 'terminals', kind)?.startsWith('export'))
    )
      return [];
    const now = app.store.get(),
      own = { from: from.id, to: to.id, via: [] },
      closed = [...new Set([...now.closed, ...gates.map((row) => row.id)])];
    const found = app.scenarios.own({ ...now, own, closed });
    if (!found) return [];
    const text = found.reachable
      ? w.sentence([
          w.nm(Math.round(found.nm)),
          w.t('n_days', { n: w.days(found.nm / now.speed / 24) }),
          found.gates.length
            ? `${w.t('by')} ${w.list(found.gates.map((id) => w.text(atlas.find(`gate:${id}`)?.name)))}`
            : w.t('open_sea'),
        ])
      : w.t('no_way');
    return [
      {
        title: `${w.text(from.name)} → ${w.text(to.name)}`,
        text,
        run: () => {
          show({ own, closed });
          app.flyToOwn();
          document.querySelector('.fm-own')?.scrollIntoView({ block: 'start' });
        },
      },
    ];
  }

  // Whose gas passes a strait: of those that are named, or of all.
  function passing(gates, importers) {
    const w = app.w(),
      cells = exposure(app, app.store.get()),
      asked = importers.length ? importers.map(({ code }) => code) : [...new Set(facts.supply.map((s) => s.importer))];
    return !asked.length
      ? []
      : gates.map((row) => {
          const of = (key) =>
            asked.map((code) => [
              code,
              cells.find((cell) => cell.gate === row.id && cell.importer === code)?.[key] ?? 0,
            ]);
          const items = (list) =>
            w.list(
              list.map(([code, share]) =>
                w.t('of_importer', { share: w.percent(share, 1), importer: party(app, code) }),
              ),
            );
          const still = of('haltedShare').filter(([, share]) => share >= 0.05);
          return {
            title: w.text(row.name),
            text: [
              w.t('passes_here', { items: items(of('share')) }),
              still.length ? w.t('would_pass', { items: items(still) }) : '',
            ]
              .filter(Boolean)
              .join(' '),
            run: () => {
              app.select(`gate:${row.id}`, { fly: true });
              app.card.focus();
            },
          };
        });
  }

  function closing(named) {
    const gates = named.filter((row) => row.closed === 'no');
    if (!gates.length) return [];
    const w = app.w(),
      now = app.store.get(),
      closed = [...new Set([...now.closed, ...gates.map((row) => row.id)])];
    const names = w.list(gates.map((row) => w.text(row.name))),
      told = answer(app, { ...now, closed }, w.t('shut', { names }));
    return told
      ? [
          {
            title: w.t('shut', { names }),
            text: told[0].textContent.slice(w.t('shut', { names }).length + 2),
            run: () => {
              show({ closed });
              app.flyToChanges();
            },
          },
        ]
      : [];
  }

  // What a supplier sends: to the importers that are named, or to all.
  function supplied(suppliers, importers) {
    const w = app.w();
    return suppliers.flatMap((row) => {
      const sent = facts.supply.filter(
          (one) =>
            one.supplier === row.id && (!importers.length || importers.some(({ code }) => code === one.importer)),
        ),
        route = sent.length && facts.routes.find((r) => r.supplier === row.id && r.importer === sent[0].importer);
      return route
        ? [
            {
              title: w.text(row.name),
              text: w.list(
                sent.map(
                  (one) =>
                    `${w.t('of_importer', { share: w.percent(one.share, 1), importer: party(app, one.importer) })} (${w.span(...one.period.split('/'))})`,
                ),
              ),
              run: () => app.select(`route:${route.id}`, { fly: true }),
            },
          ]
        : [];
    });
  }

  // What a million tonnes a year take in ships, from each of the suppliers that are named.
  function ships(routes) {
    const w = app.w(),
      { speed } = app.store.get();
    if (new Set(routes.map((row) => row.supplier)).size < 2 || new Set(routes.map((row) => row.importer)).size > 1)
      return [];
    const items = routes.map((row) => `${w.text(row.short)} ${w.number(shipsPerMt(app, row.nm, speed), 1)}`);
    return [
      {
        title: w.list(routes.map((row) => w.text(row.short))),
        text: w.t('ships_for_mt', { importer: party(app, routes[0].importer), items: w.list(items) }),
        run: () => app.select(`route:${routes[0].id}`, { fly: true }),
      },
    ];
  }

  return (query) => {
    const { found, words, rest } = mentioned(query, calls()),
      all = (kind) => [
        ...new Set(found.map((things) => things.find((thing) => thing.kind === kind)?.row).filter(Boolean)),
      ];
    const told = place(query);
    if (found.length > 1 || (found.length && asks(facts, rest))) {
      const gates = found.filter((things) => things.some(({ kind }) => kind === 'gate'));
      const route = way(
        found.filter((things) => !gates.includes(things) || found.length === 2),
        all('gate').filter(() => found.length > 2),
      );
      const straits = route.length ? [] : all('gate'),
        importers = all('importer'),
        passed = passing(straits.slice(0, 2), importers),
        shut = closing(straits);
      told.push(...route, ...(importers.length ? [...passed, ...shut] : [...shut, ...passed]));
      if (!told.length) told.push(...ships(all('route')), ...supplied(all('supplier'), importers));
    }
    return { told: told.map((one) => ({ ...one, kind: 'answer' })), words };
  };
}
