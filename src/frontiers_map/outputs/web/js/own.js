// A route of the reader's own: any two terminals, ports or places, by name or by a click on the
// map, with passages to take and the closures of the moment.

import { el } from './dom.js';
import { distance } from './geo.js';
import { icon } from './icons.js';
import { plain, spoken } from './search.js';
import { MOST_STOPS } from './state.js';

// A click or a place this far from any harbour means none of them.
const FAR_NM = 300;

export function ownRoute(app) {
  const w = app.w(), { facts, atlas } = app;
  if (!app.network) return null;
  const ends = [...facts.terminals.map((row) => ['terminal', row]), ...facts.places.filter((row) => app.network.has(row.id)).map((row) => ['place', row])]
    .filter(([, row]) => app.network.has(row.id))
    .sort((a, b) => w.text(a[1].name).localeCompare(w.text(b[1].name), w.lang));
  const list = el('datalist', { id: 'fm-ends' }, ends.map(([, row]) => el('option', { value: w.text(row.name) })));
  // By name in any language, short name or id, or by a part of one if no other has it. A place that
  // is no harbour stands for the harbour next to it: `instead` says so.
  const named = (rows) => rows.map((row) => [row, spoken(row.name, row.short, row.id)]);
  const harbours = named(ends.map(([, row]) => row)), inland = named(facts.places.filter((row) => !app.network.has(row.id)));
  const called = (text) => {
    const asked = plain(text.trim());
    if (!asked) return {};
    const exact = (list) => list.find(([, names]) => names.includes(asked));
    const only = (list, test) => ((found) => (found.length === 1 ? found[0] : null))(list.filter(([, names]) => names.some(test)));
    const begins = (name) => name.startsWith(asked), has = (name) => name.includes(asked);
    const harbour = exact(harbours) ?? only(harbours, begins), place = harbour ? null : exact(inland) ?? only(inland, begins);
    if (!place) return { id: (harbour ?? only(harbours, has))?.[0].id };
    const [near, nm] = nearest([place[0].lon, place[0].lat]);
    if (nm > FAR_NM) return {};
    return { id: near.id, instead: w.t('nearest_harbour', { place: w.text(place[0].name), harbour: w.text(near.name), nm: w.nm(Math.round(nm)) }) };
  };
  const nearest = (from) => ends.map(([, row]) => [row, distance(from, [row.lon, row.lat]) / 1852]).sort((p, q) => p[1] - q[1])[0];
  const field = (key) => el('input', { class: 'fm-select', list: 'fm-ends', autocomplete: 'off', 'aria-label': w.t(key), placeholder: w.t(key), onchange: () => go(), onkeydown: (e) => {
    if (e.key === 'Escape') app.picking = null;
    e.stopPropagation();
  } });
  const from = field('from'), to = field('to');
  const pick = (input, key) => el('button', { type: 'button', class: 'fm-tool', 'aria-label': w.t('pick_on_map', { what: w.t(key) }), title: w.t('pick_on_map', { what: w.t(key) }), onclick: () => {
    app.picking = (x, y) => picked(input, x, y);
    app.toast(w.t('click_on_map'));
  } }, icon('target'));
  // Passages to take, in the order of the voyage.
  let via = [];
  const passages = facts.gates.filter((g) => g.closed === 'no').sort((a, b) => w.text(a.name).localeCompare(w.text(b.name), w.lang));
  const first = el('option', { value: '' });
  const more = el('select', { class: 'fm-select', 'aria-label': w.t('by_way_of'), onchange: () => stopBy([...via, more.value]) }, first, passages.map((g) => el('option', { value: g.id }, w.text(g.name))));
  const stops = el('ol', { class: 'fm-own-stops', 'aria-label': w.t('by_way_of') });
  const stopBy = (list) => {
    via = list;
    showStops();
    go();
    more.focus();
  };
  const passage = (id) => w.text(atlas.find(`gate:${id}`)?.name);
  // The passage keeps the focus as it moves, on the button that can go on.
  const move = (id, step) => {
    const at = via.indexOf(id), next = via.filter((x) => x !== id);
    next.splice(at + step, 0, id);
    via = next;
    showStops();
    go();
    const buttons = [...stops.children[at + step].querySelectorAll('.fm-step')];
    (buttons[step < 0 ? 0 : 1].disabled ? buttons[step < 0 ? 1 : 0] : buttons[step < 0 ? 0 : 1]).focus();
    app.say(`${passage(id)}: ${w.t('of', { n: at + step + 1, all: via.length })}`);
  };
  const button = (kind, label, sign, run, disabled = false) => el('button', { type: 'button', class: kind, 'aria-label': label, title: label, disabled, onclick: run }, sign);
  const showStops = () => {
    stops.replaceChildren(...via.map((id, i) => {
      const what = passage(id);
      return el('li', {}, el('span', { text: what }),
        button('fm-step', w.t('move_before', { what }), '↑', () => move(id, -1), i === 0),
        button('fm-step', w.t('move_after', { what }), '↓', () => move(id, 1), i === via.length - 1),
        button('fm-step fm-step-out', w.t('leave_out', { what }), '×', () => stopBy(via.filter((x) => x !== id))));
    }));
    stops.hidden = via.length === 0;
    first.textContent = w.t(via.length ? 'and_then_by' : 'shortest');
    more.value = '';
    [...more.options].forEach((o) => { o.disabled = via.includes(o.value); });
    more.disabled = via.length >= MOST_STOPS;
  };
  showStops();
  const out = el('div', { class: 'fm-own-result', 'aria-live': 'polite' });
  const clear = el('button', { type: 'button', class: 'fm-link', onclick: () => app.set({ own: null }) }, w.t('clear'));
  const node = el('section', { class: 'fm-own' }, el('h2', { text: w.t('own_route') }), list,
    el('div', { class: 'fm-own-row' }, from, pick(from, 'from')), el('div', { class: 'fm-own-row' }, to, pick(to, 'to')), stops, more, out, clear);
  const go = () => {
    const [a, b] = [from, to].map((input) => {
      const asked = input.value.trim(), { id, instead } = called(asked);
      if (instead || (asked && !id)) app.toast(instead ?? `${w.t('nothing_found')}: ${asked.slice(0, 60)}`);
      return id;
    });
    if (!a || !b || a === b) return;
    app.set({ own: { from: a, to: b, via } });
    app.flyToOwn();
    out.scrollIntoView({ block: 'nearest' });
  };
  // Too far from any harbour, the next click is waited for.
  const picked = (input, x, y) => {
    const [near, nm] = nearest(app.camera.degrees(x, y));
    if (nm > FAR_NM) {
      app.toast(w.t('no_harbour_near', { nm: w.nm(FAR_NM) }));
      return;
    }
    app.picking = null;
    input.value = w.text(near.name);
    app.say(w.text(near.name));
    go();
  };
  return {
    node,
    update(now, changed) {
      if (changed && !['own', 'closed', 'opened', 'speed', 'tab'].some((k) => changed.has(k))) return;
      clear.hidden = !now.own;
      if (!now.own) {
        if (changed?.has('own')) {
          via = [];
          showStops();
        }
        out.replaceChildren();
        return;
      }
      const name = (id) => w.text((atlas.find(`terminal:${id}`) ?? atlas.find(`place:${id}`))?.name);
      from.value = name(now.own.from);
      to.value = name(now.own.to);
      via = [...now.own.via ?? []];
      showStops();
      const way = app.scenarios.own(now);
      if (!way) {
        out.replaceChildren(el('p', { class: 'fm-quiet', text: w.t('not_computed') }));
        return;
      }
      if (!way.reachable) {
        const direct = via.length && app.scenarios.own({ ...now, own: { ...now.own, via: [] } })?.reachable;
        out.replaceChildren(el('p', { class: 'fm-own-none', text: w.t(direct ? 'no_way_by_these' : 'no_way') }));
        return;
      }
      const open = now.closed.length ? app.scenarios.own({ ...now, closed: [] }) : null, extra = open?.reachable ? Math.round(way.nm - open.nm) : 0;
      const f = app.scenarios.figures(way.nm, now.speed), gates = way.gates.map((id) => w.text(atlas.find(`gate:${id}`)?.name));
      out.replaceChildren(...[el('p', {}, el('strong', { text: w.nm(Math.round(way.nm)) }), ` · ${w.km(Math.round(way.nm * 1.852))} · ${w.t('n_days', { n: w.days(f.days) })}`),
        extra > 0 ? el('p', { class: 'fm-own-extra', text: w.t('more_than_open', { extra: `+${w.nm(extra)}`, days: `+${w.days(extra / now.speed / 24)}` }) }) : null,
        el('p', { class: 'fm-quiet', text: gates.length ? `${w.t('by')} ${w.list(gates)}` : w.t('open_sea') })].filter(Boolean));
    },
  };
}
