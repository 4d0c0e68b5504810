// The card: everything about one feature, with its sources, its date, and what it touches.

import { day } from '../atlas/chapters.js';
import { away, el, paragraphs } from '../base/dom.js';
import { outageAt, stateAt } from '../atlas/data.js';
import { passesHere } from './exposure.js';
import { icon } from '../base/icons.js';
import { links, party, sourcesOf } from './links.js';
import { statusAt } from '../atlas/loads.js';
import { relatives, standing } from '../atlas/model.js';
import { transitsOf } from './transits.js';

export function createCard(app) {
  const title = el('h2', { class: 'fm-card-title', tabindex: '-1' });
  const close = el('button', { type: 'button', class: 'fm-card-close', onclick: () => leave() }, icon('close'));
  const body = el('div', { class: 'fm-card-body' });
  const node = el(
    'section',
    { 'class': 'fm-card', 'data-cover': '', 'hidden': true, 'role': 'dialog', 'aria-modal': 'false' },
    el('div', { class: 'fm-card-head' }, title, close),
    body,
  );
  let shown = null,
    reckoned = null,
    came = null;
  const leave = () => {
    app.select(null);
    if (came && document.contains(came)) came.focus();
    else app.stage.focus({ preventScroll: true });
    came = null;
  };
  node.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      leave();
    }
  });
  return {
    node,
    isOpen: () => !node.hidden,
    focus: () => {
      came = document.activeElement;
      if (!node.hidden) title.focus({ preventScroll: true });
    },
    update(now) {
      const w = app.w(),
        row = now.selected ? app.atlas.find(now.selected) : null;
      close.setAttribute('aria-label', w.t('close'));
      if (!row) {
        node.hidden = true;
        shown = null;
        return;
      }
      const subject = [now.selected, now.lang, now.date].join(),
        figures = JSON.stringify([now.closed, now.opened, now.speed, now.reading]);
      if (shown === subject && reckoned === figures) return;
      const again =
        shown === subject
          ? keep(node, body)
          : () => {
              node.scrollTop = 0;
            };
      [shown, reckoned] = [subject, figures];
      const [kind] = now.selected.split(':');
      title.textContent = w.text(row.name) || w.text(row.claim) || row.title || row.id;
      node.setAttribute('aria-label', title.textContent);
      body.replaceChildren(...content(app, kind, row).filter(Boolean));
      node.hidden = false;
      again();
    },
  };
}

// Figures change under the reader's eyes: what was opened, scrolled to or in focus stays so.
function keep(node, body) {
  const all = () => [...body.querySelectorAll('button, a, summary')],
    open = () => [...body.querySelectorAll('details')];
  const top = node.scrollTop,
    at = all().indexOf(document.activeElement),
    opened = open().map((part) => part.open);
  return () => {
    open().forEach((part, i) => {
      part.open = opened[i];
    });
    if (at >= 0) all()[at]?.focus({ preventScroll: true });
    node.scrollTop = top;
  };
}

function content(app, kind, row) {
  const w = app.w();
  const others = app.facts.languages
    .map((lang, i) => [lang, row.name?.[i]])
    .filter(([lang, name]) => lang !== w.lang && name);
  return [
    el('p', {
      class: 'fm-card-kind',
      text:
        kind === 'feature'
          ? w.sentence([
              ...new Set([w.text(ownLayer(app, row).name), w.text(ownLayer(app, row).kinds[row.look ?? 0].name)]),
            ])
          : w.sentence(
              [
                kind === 'gate' || kind === 'terminal' ? '' : w.t(`kind_${kind}`),
                kindWord(w, kind, row) || w.t(`kind_${kind}`),
              ].filter((x, i, all) => all.indexOf(x) === i),
            ),
    }),
    others.length
      ? el(
          'p',
          { class: 'fm-card-names' },
          others.map(([lang, name]) => el('span', { lang, title: app.facts.language_names[lang], text: name })),
        )
      : null,
    ...(PARTS[kind] ?? (() => []))(app, row),
    touched(app, kind, row),
    certainty(app, row),
    sourcesOf(app, cited(app, kind, row)),
  ];
}

// The sources of a feature and of all that is reported of it.
function cited(app, kind, row) {
  const told =
    kind === 'gate'
      ? reports(app, row)
      : kind === 'terminal'
        ? app.facts.terminal_status.filter((r) => r.terminal === row.id)
        : [];
  return [...new Set([...(row.source ?? []), ...told.flatMap((r) => r.source)])];
}

const ownLayer = (app, row) => app.facts.own_layers.find(({ id }) => id === row.layer);

const kindWord = (w, kind, row) => {
  const group = {
    place: 'place_kind',
    terminal: 'terminal_kind',
    gate: 'gate_kind',
    link: 'link_kind',
    event: 'event_kind',
  }[kind];
  const key = `${group}.${row.kind}`;
  return group && w.has(key) ? w.t(key) : '';
};

const word = (w, group, value) => (w.has(`${group}.${value}`) ? w.t(`${group}.${value}`) : value);

const TONES = new Set(['open', 'restricted', 'closed']);

// A block with a coloured edge: what is so, since when, who says so.
const status = (tone, head, text) =>
  el('div', { class: `fm-status fm-status-${tone}` }, el('strong', { text: head }), text ? paragraphs(text) : null);

function facts(pairs) {
  const rows = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '');
  if (!rows.length) return null;
  return el(
    'dl',
    { class: 'fm-facts' },
    rows.map(([name, value]) => el('div', {}, el('dt', { text: name }), el('dd', {}, value))),
  );
}

const para = (prose) =>
  !prose
    ? null
    : typeof prose === 'string'
      ? el('p', { class: 'fm-card-text', text: prose })
      : el('div', { class: 'fm-card-text' }, paragraphs(prose));

const PARTS = {
  place(app, row) {
    const w = app.w();
    return [
      para(w.prose(row.role)),
      facts([
        [w.t('country'), row.country ? party(app, row.country) : null],
        [w.t('lies_in'), regionList(app, row.within)],
        [w.t('position'), position(w, row)],
      ]),
    ];
  },
  terminal(app, row) {
    const w = app.w(),
      at = app.store.get().date ?? app.facts.record_to,
      report = app.atlas.terminalStatus(row, at);
    const now = report?.status ?? standing('terminal', row, at),
      same = now === row.status,
      tone = app.facts.style.looks.terminals[now].tone;
    return [
      status(
        tone,
        w.sentence([
          word(w, 'terminal_status', now),
          report ? w.date(report.date) : row.since && same ? w.date(row.since) : '',
        ]),
        report ? w.prose(report.sentence) : same ? w.prose(row.status_note) : '',
      ),
      report ? sourcesOf(app, report.source, true) : null,
      facts([
        [w.t('operator'), row.operator],
        [w.t('country'), row.country ? party(app, row.country) : null],
        [w.t('capacity'), row.cap ? `${w.number(row.cap, row.cap % 1 ? 1 : 0)} ${w.t('mtpa')}` : null],
        [w.t('start'), row.start ? String(row.start) : null],
        [w.t('lies_in'), regionList(app, row.within)],
        [w.t('position'), position(w, row)],
      ]),
      para(w.prose(row.note)),
    ];
  },
  gate(app, row) {
    const w = app.w(),
      at = app.store.get().date ?? app.facts.record_to,
      report = app.atlas.gateStatus(row.id, at);
    const first = report ? null : reports(app, row).sort((a, b) => (a.date < b.date ? -1 : 1))[0];
    const shut = app.store.get().closed.includes(row.id),
      last = later(app, row, at);
    const told = (r, head) => [
      status(TONES.has(r.status) ? r.status : 'unknown', head, w.prose(r.sentence)),
      sourcesOf(app, r.source, true),
    ];
    const then = report
      ? told(
          report,
          w.sentence([
            w.t('reported', { status: word(w, 'gate_status', report.status) }),
            w.t('as_of', { date: w.date(report.date) }),
          ]),
        )
      : [
          status(
            'unknown',
            first ? w.t('nothing_yet', { date: w.date(at), first: w.date(first.date) }) : w.t('status_unknown'),
            '',
          ),
        ];
    return [
      // Whoever asks whether a strait is open means the newest word on it, whatever day the map shows.
      ...(last
        ? [
            ...told(last, w.t('last_report', { date: w.date(last.date), status: word(w, 'gate_status', last.status) })),
            el('p', { class: 'fm-quiet', text: w.t('at_the_moment', { date: w.date(at) }) }),
          ]
        : []),
      ...then,
      ...passesHere(app, row.id),
      transitsOf(app, row, reports(app, row), at),
      el(
        'button',
        {
          'type': 'button',
          'class': `fm-button fm-button-close${shut ? ' is-on' : ''}`,
          'aria-pressed': String(shut),
          'onclick': () => {
            const { closed } = app.store.get();
            app.set({ closed: shut ? closed.filter((x) => x !== row.id) : [...closed, row.id] });
          },
        },
        w.t(shut ? 'reopen_this' : 'close_this'),
      ),
      row.closed !== 'no'
        ? para(w.sentence([w.t(row.closed === 'always' ? 'never_used' : 'not_for_lng'), w.text(row.reason)]))
        : null,
      facts([
        [w.t('width'), row.width ? `${w.number(row.width, row.width < 10 ? 1 : 0)} km` : null],
        [w.t('depth'), w.text(row.depth)],
        [w.t('draught'), w.text(row.draught)],
        [
          w.t('transits'),
          row.transits ? `${w.number(row.transits)}${row.transit_year ? ` (${row.transit_year})` : ''}` : null,
        ],
        [
          'IMF PortWatch',
          row.pw ? away(`https://portwatch.imf.org/pages/${row.pw}`, `${row.pw_name ?? row.pw}`) : null,
        ],
      ]),
      para(w.prose(row.note)),
      earlier(app, row, at),
    ];
  },
  route(app, row) {
    const w = app.w(),
      speed = app.store.get().speed,
      model = app.model();
    const then = statusAt(app.atlas, row, model.date),
      shared = app.atlas.together(row),
      result = model.routes.find((r) => r.id === row.id)?.result,
      nm = result?.reachable === false ? null : (result?.nm ?? row.nm);
    // Passages that it did not take before, with what is known of the depth.
    const news =
      result?.changed && result.reachable !== false
        ? result.gates.filter((id) => !row.gates.includes(id)).map((id) => app.atlas.find(`gate:${id}`))
        : [];
    return [
      result?.reachable === false
        ? status('closed', w.t('no_way'), '')
        : result?.changed
          ? status('restricted', `+${w.nm(Math.round(result.extra))}`, w.t('with_closures'))
          : null,
      news.length
        ? el('p', {
            class: 'fm-note',
            text: w.t('now_by', {
              gates: w.list(news.map((g) => `${w.text(g.name)}${g.draught ? ` (${w.text(g.draught)})` : ''}`)),
            }),
          })
        : null,
      facts([
        [w.t('from'), jump(app, row.from)],
        [w.t('to'), jump(app, row.to)],
        [w.t('length'), nm ? `${w.nm(Math.round(nm))} · ${w.km(Math.round(nm * 1.852))}` : null],
        [w.t('days_at', { kn: w.number(speed, speed % 1 ? 1 : 0) }), nm ? w.days(nm / speed / 24) : null],
        [
          w.t('status'),
          w.sentence([
            word(w, 'route_status', then),
            then === row.status ? '' : w.t('since_halted', { status: word(w, 'route_status', row.status) }),
          ]),
        ],
        [
          w.t('share', { importer: party(app, row.importer) }),
          row.share
            ? w.sentence([w.percent(row.share, 1), shared > 1 ? w.t('all_routes_together', { n: shared }) : ''])
            : null,
        ],
        [w.t('in_overlap'), row.overlap && !result?.changed ? w.percent(row.overlap * 100) : null],
        [
          w.t('gates_passed'),
          links(
            app,
            (result?.gates ?? row.gates).map((id) => `gate:${id}`),
          ),
        ],
      ]),
      row.basis ? el('p', { class: 'fm-quiet', text: w.text(row.basis) }) : null,
      para(w.prose(row.via_reason)),
      para(w.prose(row.note)),
      practice(app, row),
    ];
  },
  link(app, row) {
    const w = app.w(),
      then = standing('link', row, app.store.get().date ?? app.facts.record_to);
    return [
      status(
        app.facts.style.looks.links[then].tone,
        w.sentence([word(w, 'link_status', then), w.span(row.since, row.until)]),
        then === row.status ? w.prose(row.status_note) : '',
      ),
      para(w.prose(row.summary)),
      facts([[w.t('parties'), w.list(row.parties.map((code) => party(app, code)))]]),
    ];
  },
  event(app, row) {
    const w = app.w(),
      when = day(row.date),
      shown = app.store.get().date;
    return [
      status(
        app.facts.style.looks.events[row.status].tone,
        w.sentence([w.span(row.date, row.end), word(w, 'event_status', row.status)]),
        w.prose(row.status_note),
      ),
      shown && row.date > shown
        ? el('p', { class: 'fm-quiet', text: w.t('after_moment', { date: w.date(shown) }) })
        : null,
      para(w.prose(row.summary)),
      row.overtakes ? el('p', { class: 'fm-note', text: w.t('overtakes') }) : null,
      when !== app.store.get().date && when <= app.facts.record_to
        ? el(
            'button',
            { type: 'button', class: 'fm-button fm-button-day', onclick: () => app.set({ date: when }) },
            w.t('show_this_day'),
          )
        : null,
      facts([[w.t('parties'), row.parties.length ? w.list(row.parties.map((code) => party(app, code))) : null]]),
    ];
  },
  region(app, row) {
    const w = app.w();
    return [
      facts([
        [w.t('sea_area'), w.area(row.area)],
        [w.t('reading'), word(w, 'use', row.use)],
        [w.t('edge'), w.t(row.edge === 'soft' ? 'soft_edge' : 'hard_edge')],
      ]),
      para(w.prose(row.note)),
      row.edges.length
        ? el(
            'details',
            {},
            el('summary', { text: w.t('edge_notes', { n: row.edges.length }) }),
            el(
              'ul',
              { class: 'fm-edges' },
              row.edges.map((e) => el('li', { text: w.text(e.note) })),
            ),
          )
        : null,
    ];
  },
  feature(app, row) {
    const w = app.w(),
      at = app.store.get().date ?? app.facts.record_to,
      state = stateAt(row, at),
      outage = state === 'out' ? outageAt(row, at) : null;
    const span = ({ since, until }) => (until ? w.span(since ?? '', until) : w.t('from_on', { date: w.date(since) }));
    return [
      state === 'in_service'
        ? null
        : status(
            app.facts.style.states[state].tone,
            w.sentence([w.t(`feature_state.${state}`), outage ? span(outage) : '']),
            outage ? w.prose(outage.note) : '',
          ),
      outage ? sourcesOf(app, outage.source, true) : null,
      facts([
        [w.t('begun'), w.date(row.since)],
        [w.t('until'), w.date(row.until)],
        [w.t('length'), row.km ? `${w.number(row.km, row.km < 100 ? 1 : 0)} km` : null],
        [w.t('area'), row.km2 ? `${w.number(row.km2, row.km2 < 100 ? 1 : 0)} km²` : null],
      ]),
      para(w.prose(row.note)),
      row.outages
        ? el(
            'details',
            {},
            el('summary', { text: w.t('outages', { n: row.outages.length }) }),
            el(
              'ul',
              { class: 'fm-earlier' },
              row.outages.map((one) =>
                el(
                  'li',
                  {},
                  el('strong', { text: span(one) }),
                  para(w.prose(one.note)),
                  sourcesOf(app, one.source, true),
                ),
              ),
            ),
          )
        : null,
    ];
  },
  claim(app, row) {
    const w = app.w();
    return [
      status(
        { confirmed: 'open', happened: 'open' }[row.verdict] ?? 'restricted',
        word(w, 'verdict', row.verdict),
        w.prose(row.finding),
      ),
      ...grounds(app, row),
    ];
  },
  source(app, row) {
    const w = app.w();
    return [
      facts([
        [w.t('published'), row.date],
        [w.t('address'), row.url ? away(row.url, row.address ?? row.url) : row.address],
        [w.t('supports'), row.supports],
      ]),
    ];
  },
};

// Why a verdict rests on one reading, and where one has looked for what was not found.
export function grounds(app, claim) {
  const w = app.w(),
    alone = w.text(claim.alone),
    looked = w.text(claim.looked);
  return [alone, looked && w.t('looked', { date: w.date(claim.looked_on), where: looked })]
    .filter(Boolean)
    .map((text) => el('p', { class: 'fm-quiet', text }));
}

export const position = (w, row) =>
  w.apart(
    `${w.number(Math.abs(row.lat), 2)}°${row.lat < 0 ? 'S' : 'N'} ${w.number(Math.abs(row.lon), 2)}°${row.lon < 0 ? 'W' : 'E'}${row.err ? ` ±${w.km(row.err)}` : ''}`,
  );

function regionList(app, ids = []) {
  const found = ids.filter((id) => app.atlas.regions.has(id) && Object.values(app.store.get().reading).includes(id));
  return found.length
    ? links(
        app,
        found.map((id) => `region:${id}`),
      )
    : null;
}

const reports = (app, row) =>
  app.facts.gate_status.filter((r) => r.gate === row.id || app.atlas.groups.get(r.gate)?.gates.includes(row.id));

// The last that the record says after the moment that is shown.
const later = (app, row, at) =>
  reports(app, row)
    .filter((r) => r.date > at && r.date <= app.facts.record_to)
    .sort((a, b) => (a.date < b.date ? 1 : -1))[0] ?? null;

function earlier(app, row, at) {
  const w = app.w(),
    group = reports(app, row)
      .filter((r) => r.date <= at)
      .sort((a, b) => (a.date < b.date ? 1 : -1))
      .slice(1);
  if (!group.length) return null;
  return el(
    'details',
    {},
    el('summary', { text: w.t('earlier', { n: group.length }) }),
    el(
      'ul',
      { class: 'fm-earlier' },
      group.map((r) =>
        el(
          'li',
          {},
          el('strong', { text: `${w.date(r.date)} · ${word(w, 'gate_status', r.status)}` }),
          paragraphs(w.prose(r.sentence)),
          sourcesOf(app, r.source, true),
        ),
      ),
    ),
  );
}

function practice(app, row) {
  const w = app.w(),
    found = app.facts.practice.find((p) => p.id === row.practice);
  if (!found) return null;
  return el(
    'details',
    {},
    el('summary', { text: w.t('practice') }),
    para(w.prose(found.usual)),
    para(w.prose(found.alternatives)),
    para(w.prose(found.note)),
    sourcesOf(app, found.source, true),
  );
}

const jump = (app, id) => {
  const kind = app.atlas.kindOf(id);
  return kind ? links(app, [`${kind}:${id}`]) : id;
};

// How many of a kind a card names at once.
const SHOWN = 14;

function touched(app, kind, row) {
  const w = app.w(),
    keys = [...relatives(app.atlas, `${kind}:${row.id}`)].filter((key) => key !== `${kind}:${row.id}`);
  const events = ['place', 'terminal', 'gate', 'link'].includes(kind)
    ? app.facts.events
        .filter((e) => (kind === 'link' ? e.links : e.places).includes(row.id))
        .map((e) => `event:${e.id}`)
    : [];
  const claims = app.facts.claims.filter((c) => c.touches?.includes(row.id)).map((c) => `claim:${c.id}`);
  const inTime = (all) => all.sort((a, b) => (app.atlas.find(a).date < app.atlas.find(b).date ? 1 : -1));
  const groups = [
    ['route', 'routes_through'],
    ['link', 'agreements'],
    ['event', 'events'],
    ['claim', 'claims'],
    ['place', 'places'],
    ['terminal', 'terminals'],
  ];
  const blocks = groups
    .map(([k, key]) => {
      if (kind === 'route' && k === 'terminal') return null;
      const found =
        k === 'event'
          ? inTime([...new Set([...events, ...keys.filter((x) => x.startsWith('event:'))])])
          : k === 'claim'
            ? claims
            : keys.filter((x) => x.startsWith(`${k}:`));
      if (!found.length || (kind === 'gate' && k === 'terminal') || (kind === 'region' && k !== 'route')) return null;
      return el(
        'div',
        { class: 'fm-touch' },
        el('h3', { text: w.t(key) }),
        links(app, found.slice(0, SHOWN)),
        found.length > SHOWN
          ? el(
              'details',
              {},
              el('summary', { text: w.t('and_more', { n: found.length - SHOWN }) }),
              links(app, found.slice(SHOWN)),
            )
          : null,
      );
    })
    .filter(Boolean);
  return blocks.length ? el('div', { class: 'fm-touches' }, blocks) : null;
}

function certainty(app, row) {
  if (!row.certainty && !row.as_of) return null;
  const w = app.w();
  return el(
    'p',
    { class: 'fm-certainty' },
    w.sentence([
      row.certainty
        ? w.t('geometry_is', {
            certainty: w.t(`certainty.${row.certainty}`),
            means: w.t(`certainty_means.${row.certainty}`),
          })
        : '',
      row.as_of ? w.t('as_of', { date: w.date(row.as_of) }) : '',
    ]),
  );
}
