// The time line: what happened, what is planned, what has been overtaken; and a point in time
// that links, straits and terminals follow.

import { day } from '../atlas/chapters.js';
import { el } from '../base/dom.js';
import { likeOf, lookOf } from '../atlas/kinds.js';
import { createTimescale, stack } from '../atlas/timescale.js';

// Kinds of events in four lanes; what is in none of the lists goes into the last.
const LANES = [
  ['lane_diplomacy', ['summit', 'diplomacy', 'speech', 'visit', 'treaty', 'accord', 'politics', 'personal', 'sport']],
  ['lane_security', ['conflict', 'defence']],
  ['lane_energy', ['energy']],
  ['lane_trade', []],
];

const laneOf = (facts, row) => {
  const kind = likeOf(facts, 'events', row.kind);
  const at = LANES.findIndex(([, kinds]) => kinds.includes(kind));
  return at < 0 ? LANES.length - 1 : at;
};

export function createTime(app) {
  const { facts } = app,
    year = (date) => Number(date.slice(0, 4));
  const dated = facts.features
    .flatMap((row) => [row.since, row.until, ...(row.outages ?? []).map((one) => one.since)])
    .filter(Boolean);
  const scale = createTimescale([...facts.events.map((e) => e.date), ...dated].map(year), year(facts.record_to));
  const lanes = el('div', { class: 'fm-lanes' }),
    axis = el('div', { 'class': 'fm-axis', 'aria-hidden': 'true' });
  const range = el('input', { type: 'range', min: '0', max: '1000', step: '1', class: 'fm-range' });
  const marker = el('div', { 'class': 'fm-marker', 'aria-hidden': 'true' }, el('span', {}));
  const moments = el('div', { class: 'fm-moments', role: 'group' });
  const key = el('p', { class: 'fm-time-key' });
  const track = el('div', { class: 'fm-track' }, lanes, marker, axis, range);
  const node = el(
    'section',
    { 'class': 'fm-time', 'data-cover': '' },
    el('div', { class: 'fm-time-head' }, moments, key),
    track,
  );
  const poles = [...new Set(facts.places.filter((p) => p.pole && p.country).map((p) => p.country))];
  // Where nothing has a date there is no time to choose.
  node.hidden = ![facts.events, facts.moments, facts.links, facts.gate_status, facts.terminal_status, dated].some(
    (rows) => rows.length,
  );
  let language = null,
    width = 0,
    buttons = [];

  range.addEventListener('input', () => app.set({ date: scale.date(Number(range.value) / 1000) }, false));
  range.addEventListener('keydown', (event) => event.stopPropagation());

  function build() {
    const w = app.w();
    const wide = track.clientWidth - 112;
    // Hidden: when it shows again it is built anew.
    if (wide < 100) return;
    width = wide;
    buttons = [];
    const rows = LANES.map(([name], lane) => {
      const found = facts.events
        .filter((e) => laneOf(facts, e) === lane)
        .map((e) => ({ id: e.id, row: e, x: scale.at(e.date) * width }));
      return { name, dots: stack(found, 8.5) };
    }).filter((r) => r.dots.length);
    const deepest = rows.map((r) => Math.max(0, ...r.dots.map((d) => d.level)));
    lanes.replaceChildren(
      ...rows.map(({ name, dots: list }, i) => {
        const high = 13 + Math.min(4, deepest[i]) * 8;
        return el(
          'div',
          { class: 'fm-lane', style: { height: `${high}px` } },
          el('span', { class: 'fm-lane-name', text: w.t(name) }),
          el(
            'div',
            { class: 'fm-lane-dots' },
            list.map((d) => {
              const e = d.row,
                own = lookOf(facts, 'events', e.kind).colour,
                tone =
                  likeOf(facts, 'events', e.kind) === 'conflict'
                    ? 'war'
                    : poles.length && poles.every((code) => e.parties.includes(code))
                      ? 'pole'
                      : 'plain';
              const button = el('button', {
                'type': 'button',
                'tabindex': '-1',
                'class': `fm-event fm-event-${own ? 'own' : tone} is-${e.status}${facts.style.looks.events[e.status].hollow ? ' is-hollow' : ''}${e.overtakes ? ' is-overtaking' : ''}`,
                'style': {
                  left: `${d.x}px`,
                  bottom: `${2 + Math.min(4, d.level) * 8}px`,
                  color: own ? `light-dark(${own})` : '',
                },
                'title': `${w.span(e.date, e.end)} · ${w.text(e.name)}`,
                'aria-label': w.sentence([
                  w.span(e.date, e.end),
                  w.text(e.name),
                  w.has(`event_status.${e.status}`) ? w.t(`event_status.${e.status}`) : '',
                ]),
                'onclick': () => app.select(`event:${e.id}`),
              });
              buttons.push({ button, row: e });
              return button;
            }),
          ),
        );
      }),
    );
    buttons.sort((a, b) => (a.row.date < b.row.date ? -1 : 1));
    if (buttons.length) buttons[0].button.tabIndex = 0;
    let last = -60;
    axis.replaceChildren(
      ...scale.ticks
        .filter((y) => {
          const x = scale.at(`${y}-01-01`) * width,
            room = x - last > 38;
          if (room) last = x;
          return room;
        })
        .map((y) => el('span', { style: { left: `${100 + scale.at(`${y}-01-01`) * width}px` }, text: String(y) })),
    );
    range.style.width = `${width + 16}px`;
  }
  lanes.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key],
      at = buttons.findIndex((b) => b.button === document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    event.stopPropagation();
    const next = buttons[Math.max(0, Math.min(buttons.length - 1, at + step))].button;
    buttons[at].button.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });

  function relabel() {
    const w = app.w();
    node.setAttribute('aria-label', w.t('time_line'));
    range.setAttribute('aria-label', w.t('moment_in_time'));
    moments.setAttribute('aria-label', w.t('moments'));
    const isWar = (e) => likeOf(facts, 'events', e.kind) === 'conflict' && !lookOf(facts, 'events', e.kind).colour;
    const coloured = [
      poles.length && facts.events.length
        ? ['fm-event-pole', w.list(poles.map((code) => w.text(app.atlas.party(code)) || code))]
        : null,
      facts.events.some(isWar) ? ['fm-event-war', w.t('key_war')] : null,
    ].filter(Boolean);
    const kinds = [
      ...coloured,
      // Other than what? Where no dot has a colour there is nothing to tell them from.
      coloured.length ? ['', w.t('key_other')] : null,
      facts.events.some((e) => e.status !== 'unconfirmed' && facts.style.looks.events[e.status].hollow)
        ? ['is-hollow', w.t('key_planned')]
        : null,
      facts.events.some((e) => e.status === 'unconfirmed')
        ? ['is-hollow is-unconfirmed', w.t('key_unconfirmed')]
        : null,
      facts.events.some((e) => e.overtakes) ? ['is-overtaking', w.t('key_overtakes')] : null,
    ];
    key.replaceChildren(
      ...kinds.filter(Boolean).map(([kind, text]) => el('span', {}, el('span', { class: `fm-event ${kind}` }), text)),
    );
    moments.replaceChildren(
      el('button', { type: 'button', class: 'fm-moment', onclick: () => app.set({ date: null }) }, w.t('all_time')),
      ...facts.moments.map((m) =>
        el(
          'button',
          { type: 'button', class: 'fm-moment', title: w.text(m.text), onclick: () => app.set({ date: day(m.date) }) },
          w.text(m.name),
        ),
      ),
    );
  }

  function mark(now) {
    const w = app.w(),
      at = scale.at(now.date ?? facts.record_to);
    range.value = String(Math.round(at * 1000));
    range.setAttribute('aria-valuetext', w.date(now.date ?? facts.record_to));
    marker.style.left = `${100 + at * width}px`;
    marker.classList.toggle('is-set', now.date !== null);
    marker.firstChild.textContent = now.date
      ? w.date(now.date)
      : w.t('record_short', { date: w.date(facts.record_to) });
    marker.classList.toggle('is-left', at > 0.8);
    [...moments.children].forEach((button, i) =>
      button.setAttribute(
        'aria-pressed',
        String(i === 0 ? now.date === null : now.date === day(facts.moments[i - 1].date)),
      ),
    );
    for (const { button, row } of buttons) {
      button.classList.toggle('is-later', now.date !== null && row.date > now.date);
      button.classList.toggle('is-chosen', now.selected === `event:${row.id}`);
    }
  }
  return {
    node,
    resize() {
      build();
      mark(app.store.get());
    },
    update(now) {
      if (now.lang !== language || !width) {
        language = now.lang;
        relabel();
        build();
      }
      mark(now);
    },
  };
}
