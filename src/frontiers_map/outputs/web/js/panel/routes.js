// All routes as a table that can be sorted and taken away: also the map of those who cannot see it.

import { path } from '../base/bytes.js';
import { download, el } from '../base/dom.js';
import { exposureTable } from './exposure.js';
import { statusAt } from '../atlas/loads.js';

/** @type {[string, (app: any, route: any, w: any) => string | number][]} */
const COLUMNS = [
  ['name', (app, r, w) => w.text(r.name)],
  ['nm', (app, r) => r.now?.nm ?? -1],
  ['days', (app, r) => r.now?.nm ?? -1],
  ['share', (app, r) => r.share ?? -1],
  ['overlap', (app, r) => r.overlap ?? 0],
];

export function routesTab(app) {
  const w = app.w(),
    { facts, store, atlas } = app;
  // What no route has needs no column.
  const has = { share: facts.routes.some((r) => r.share), overlap: facts.routes.some((r) => r.overlap) };
  let sort = has.share ? { by: 'share', up: -1 } : { by: 'name', up: 1 };
  const heads = COLUMNS.filter(([key]) => has[key] ?? true).map(([key, value], i) => {
    const button = el(
      'button',
      {
        type: 'button',
        class: 'fm-sort',
        onclick: () => {
          sort = { by: key, up: sort.by === key ? -sort.up : i ? -1 : 1 };
          fill(store.get());
        },
      },
      w.t(`head_${key === 'name' ? 'routes' : key}`),
    );
    return { key, value, th: el('th', { scope: 'col', class: i ? 'fm-num' : '' }, button) };
  });
  const body = el('tbody', {}),
    exposed = exposureTable(app);
  const node = el(
    'div',
    { class: 'fm-routes' },
    el('p', { class: 'fm-lead', text: w.t('routes_lead', { n: facts.routes.length }) }),
    el(
      'table',
      { class: 'fm-table' },
      el('caption', { class: 'fm-hide', text: w.t('routes_caption') }),
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          heads.map((h) => h.th),
        ),
      ),
      body,
    ),
    el('p', { class: 'fm-quiet fm-below', hidden: !has.share && !has.overlap, text: w.t('routes_foot') }),
    el(
      'div',
      { class: 'fm-row-of-buttons' },
      el(
        'button',
        {
          type: 'button',
          class: 'fm-button',
          onclick: () => download('routes.csv', csv(app, rows(store.get())), 'text/csv'),
        },
        'CSV',
      ),
      el(
        'button',
        {
          type: 'button',
          class: 'fm-button',
          onclick: () => download('routes.geojson', geojson(app, rows(store.get())), 'application/geo+json'),
        },
        'GeoJSON',
      ),
    ),
    exposed?.node ?? null,
  );

  const rows = (now) =>
    facts.routes.map((row) => ({
      ...row,
      now: app.scenarios.of(row, now),
      then: statusAt(atlas, row, now.date ?? facts.record_to),
      together: atlas.together(row),
    }));

  function fill(now) {
    const value = COLUMNS.find(([key]) => key === sort.by)[1];
    const list = rows(now).sort((a, b) => {
      const x = value(app, a, w),
        y = value(app, b, w);
      return (
        (typeof x === 'string' ? x.localeCompare(String(y), w.lang) : x - Number(y)) * sort.up || (a.id < b.id ? -1 : 1)
      );
    });
    heads.forEach(({ key, th }) =>
      th.setAttribute('aria-sort', key === sort.by ? (sort.up > 0 ? 'ascending' : 'descending') : 'none'),
    );
    body.replaceChildren(
      ...list.map((r, i) => {
        // Said once for routes that follow one another: nobody shall add it up.
        const above = list[i - 1],
          again = r.together > 1 && above?.share && above.supplier === r.supplier && above.importer === r.importer;
        const together = r.together > 1 ? w.t('share_together', { share: w.percent(r.share, 1), n: r.together }) : '';
        const chosen = now.selected === `route:${r.id}`;
        const parts = Object.entries(r.regions)
          .filter(([id]) => Object.values(now.reading).includes(id))
          .map(
            ([id, share]) =>
              `${w.text(atlas.regions.get(id).row.short) || w.text(atlas.regions.get(id).row.name)} ${w.percent(share * 100)}`,
          );
        const gates = (r.now?.gates ?? r.gates).map((id) => w.text(atlas.find(`gate:${id}`)?.name));
        return el(
          'tr',
          { class: `${chosen ? 'is-chosen' : ''}${r.now?.reachable === false ? ' is-cut' : ''}` },
          el(
            'th',
            { scope: 'row' },
            el(
              'button',
              {
                'type': 'button',
                'class': 'fm-row-button',
                'aria-pressed': String(chosen),
                'onclick': () => app.select(chosen ? null : `route:${r.id}`, { fly: !chosen }),
              },
              el('span', { class: `fm-key fm-key-${r.role.replaceAll('_', '-')}` }),
              el('span', { text: w.text(r.name) }),
            ),
            el('p', {
              class: 'fm-quiet',
              text: w.sentence([
                w.has(`route_status.${r.then}`) ? w.t(`route_status.${r.then}`) : r.then,
                gates.length ? `${w.t('by')} ${w.list(gates)}` : facts.gates.length ? w.t('open_sea') : '',
                again ? '' : together,
              ]),
            }),
            parts.length ? el('p', { class: 'fm-quiet', text: w.sentence(parts) }) : null,
          ),
          r.now?.reachable === false
            ? el('td', { colspan: '2', text: w.t('no_way') })
            : [
                el('td', { class: 'fm-num', text: r.now ? w.number(r.now.nm) : '' }),
                el('td', { class: 'fm-num', text: r.now ? w.days(r.now.nm / now.speed / 24) : '' }),
              ],
          !has.share
            ? null
            : again
              ? el(
                  'td',
                  { class: 'fm-num' },
                  el('span', { 'aria-hidden': 'true', 'text': '″' }),
                  el('span', { class: 'fm-hide', text: together }),
                )
              : el('td', { class: 'fm-num', text: r.share ? w.percent(r.share, 1) : '–' }),
          has.overlap ? el('td', { class: 'fm-num', text: w.percent((r.overlap ?? 0) * 100) }) : null,
        );
      }),
    );
  }
  return {
    node,
    update(now, changed) {
      if (!changed || ['closed', 'opened', 'date', 'tab'].some((k) => changed.has(k))) exposed?.update(now);
      if (changed && !['closed', 'opened', 'speed', 'selected', 'reading', 'date', 'tab'].some((k) => changed.has(k)))
        return;
      const focus = document.activeElement?.closest?.('.fm-routes tr'),
        at = focus ? [...body.children].indexOf(focus) : -1;
      fill(now);
      if (at >= 0) body.children[at]?.querySelector('button')?.focus();
    },
  };
}

// A cell that a spreadsheet might take for a formula gets an apostrophe before it, as in tables.py.
export const cell = (value) => {
  const text = String(value ?? ''),
    safe = /^[=+\-@\t\r\n＝＋－＠]/.test(text) && !/^[-+]?\d+(\.\d*)?([eE][-+]?\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

function csv(app, rows) {
  const w = app.w(),
    head = [
      'id',
      'name',
      'from',
      'to',
      'supplier',
      'importer',
      'status',
      'date',
      'nm',
      'km',
      'days',
      'share_pct',
      'share_routes',
      'overlap_share',
      'gates',
      'closed',
      'source',
    ];
  const { closed, speed, date } = app.store.get();
  const lines = rows.map((r) =>
    [
      r.id,
      w.text(r.name),
      r.from,
      r.to,
      r.supplier,
      r.importer,
      r.now?.reachable === false ? 'no way by sea' : r.then,
      date ?? app.facts.record_to,
      r.now?.nm?.toFixed(1),
      r.now?.nm ? (r.now.nm * 1.852).toFixed(1) : '',
      r.now?.nm ? (r.now.nm / speed / 24).toFixed(2) : '',
      r.share,
      r.together || '',
      r.overlap,
      (r.now?.gates ?? []).join(';'),
      closed.join(';'),
      r.source.join(';'),
    ]
      .map(cell)
      .join(','),
  );
  return `${[head.join(','), ...lines].join('\r\n')}\r\n`;
}

function geojson(app, rows) {
  const w = app.w(),
    { closed, date } = app.store.get();
  const features = rows.map((r) => {
    // Where it goes with what is closed; nowhere if there is no way, or none was reckoned.
    const way = r.now?.reachable ? (r.now.line ?? (r.line ? path(r.line, 1000) : null)) : null;
    const line = way?.map((point) => point.map((v) => Number(v.toFixed(4))));
    return {
      type: 'Feature',
      id: r.id,
      geometry: line ? split(line) : null,
      properties: {
        id: r.id,
        name: w.text(r.name),
        from: r.from,
        to: r.to,
        status: r.then,
        date: date ?? app.facts.record_to,
        nm: r.now?.nm ?? null,
        gates: r.now?.gates ?? [],
        reachable: r.now?.reachable ?? null,
        changed: r.now?.changed ?? null,
        closed,
        source: r.source,
      },
    };
  });
  return JSON.stringify({ type: 'FeatureCollection', features });
}

// A line with longitudes that run on, cut at 180° as RFC 7946 asks.
export function split(line) {
  const parts = [[]],
    put = (lon, lat) => {
      const last = parts.at(-1).at(-1);
      if (last?.[0] !== lon || last[1] !== lat) parts.at(-1).push([lon, lat]);
    };
  const turn = (lon) => Math.floor((lon + 180) / 360);
  line.forEach(([lon, lat], i) => {
    if (i) {
      const [a, b] = line[i - 1],
        k = turn(a),
        m = turn(lon);
      if (k !== m && a !== lon) {
        const edge = 360 * Math.max(k, m) - 180,
          at = lon === edge ? lat : b + ((lat - b) * (edge - a)) / (lon - a);
        put(m > k ? 180 : -180, at);
        parts.push([[m > k ? -180 : 180, at]]);
      }
    }
    put(lon - 360 * turn(lon), lat);
  });
  const whole = parts.filter((p) => p.length > 1);
  return whole.length === 1
    ? { type: 'LineString', coordinates: whole[0] }
    : { type: 'MultiLineString', coordinates: whole };
}
