// Close a strait and see every route's new way, what it costs, and where there is no way at all.

import { day } from '../atlas/chapters.js';
import { el } from '../base/dom.js';
import { links, sourcesOf } from './links.js';
import { answer } from './exposure.js';
import { ownRoute } from './own.js';

export function scenariosTab(app) {
  const w = app.w(),
    { facts, atlas, store } = app;
  const named = facts.scenarios.map((s) => ({ s, gates: atlas.gatesOf(s.close), open: atlas.gatesOf(s.open) }));
  const same = (a, b) => a.length === b.length && a.every((id) => b.includes(id));
  // The moment that a scenario of its own day took away, given back with the next one.
  let before = null;
  const dated = () => {
    const date = before;
    before = null;
    return date ? { date } : {};
  };
  const chips = named.map(({ s, gates, open }) =>
    el(
      'button',
      {
        type: 'button',
        class: 'fm-chip',
        onclick: () => {
          const now = store.get(),
            on = same(now.closed, gates) && same(now.opened, open);
          // What has happened since is shown as it was then, not before it.
          const late = !on && s.since && now.date && now.date < s.since;
          app.set({
            closed: on ? [] : gates,
            opened: on ? [] : open,
            selected: null,
            ...(late ? { date: day(s.since) } : dated()),
          });
          if (late) before = now.date;
          if (!on) app.flyToChanges();
        },
      },
      w.text(s.name),
    ),
  );
  const none = el(
    'button',
    { type: 'button', class: 'fm-chip fm-chip-none', onclick: () => app.set({ closed: [], opened: [], ...dated() }) },
    w.t('nothing_closed'),
  );
  // The answer comes first, then the reader's own question.
  const first = el('section', { 'class': 'fm-answer', 'aria-live': 'polite' });
  const lead = el('p', {
    class: 'fm-lead',
    text: w.t(!facts.gates.length ? 'no_gates' : facts.routes.length ? 'scenario_lead' : 'no_routes'),
  });
  const about = el('div', { 'class': 'fm-scenario-text', 'aria-live': 'polite' });

  // Gates one by one: the famous ones first, the groups that sailors think of as one, the rest below.
  const boxes = new Map();
  const box = (row) => {
    const input = el('input', {
      type: 'checkbox',
      onchange: () => {
        const { closed } = store.get();
        app.set({ closed: input.checked ? [...closed, row.id] : closed.filter((x) => x !== row.id) });
      },
    });
    boxes.set(row.id, input);
    return el('label', { class: 'fm-check' }, input, el('span', { text: w.text(row.name) }));
  };
  const sailed = facts.gates.filter((g) => g.closed === 'no'),
    usual = facts.gates.filter((g) => g.closed !== 'no');
  const famous = sailed.filter((g) => g.rank === 1),
    rest = sailed.filter((g) => g.rank !== 1);
  const groups = facts.gate_groups
    .filter((g) => g.gates.length > 1)
    .map((g) => {
      const input = el('input', {
        type: 'checkbox',
        onchange: () => {
          const { closed } = store.get();
          app.set({
            closed: input.checked ? [...new Set([...closed, ...g.gates])] : closed.filter((x) => !g.gates.includes(x)),
          });
        },
      });
      return { g, input, node: el('label', { class: 'fm-check' }, input, el('span', { text: w.text(g.name) })) };
    });
  const openBoxes = usual.map((row) => {
    const input = el('input', {
      type: 'checkbox',
      onchange: () => {
        const { opened } = store.get();
        app.set({ opened: input.checked ? [...opened, row.id] : opened.filter((x) => x !== row.id) });
      },
    });
    return {
      row,
      input,
      node: el(
        'label',
        { class: 'fm-check', title: w.text(row.reason) },
        input,
        el('span', { text: w.text(row.name) }),
      ),
    };
  });
  const speedText = el('output', { class: 'fm-speed-text' });
  const speed = el('input', {
    type: 'range',
    min: '10',
    max: '21',
    step: '0.5',
    oninput: () => app.set({ speed: Number(speed.value) }, false),
    onkeydown: (e) => e.stopPropagation(),
  });
  const table = el('tbody', {}),
    caption = el('caption', { class: 'fm-hide', text: w.t('scenario_table') });
  // Cargo boils off where there is gas.
  const gas = facts.terminals.length > 0,
    costs = ['nm', 'extra', 'days', ...(gas ? ['boil_off', 'cargo_share'] : [])];
  const heads = ['routes', ...costs].map((key, i) =>
    el('th', {
      scope: 'col',
      class: i ? 'fm-num' : '',
      title: w.has(`${key}_title`) ? w.t(`${key}_title`) : null,
      text: w.t(`head_${key}`),
    }),
  );
  const foot = el('p', { class: 'fm-quiet fm-below', hidden: !facts.routes.length });
  const own = ownRoute(app);
  const node = el(
    'div',
    { class: 'fm-scenarios' },
    first,
    own?.node ?? null,
    lead,
    el(
      'div',
      { 'class': 'fm-chips', 'hidden': !facts.gates.length, 'role': 'group', 'aria-label': w.t('named_scenarios') },
      chips,
      none,
    ),
    about,
    el(
      'details',
      { class: 'fm-gates', hidden: !facts.gates.length },
      el('summary', { text: w.t('choose_straits') }),
      el('div', { class: 'fm-checks' }, famous.map(box)),
      groups.length
        ? [
            el('h3', { text: w.t('together') }),
            el(
              'div',
              { class: 'fm-checks' },
              groups.map((x) => x.node),
            ),
          ]
        : null,
      rest.length
        ? el(
            'details',
            {},
            el('summary', { text: w.t('other_straits', { n: rest.length }) }),
            el('div', { class: 'fm-checks' }, rest.map(box)),
          )
        : null,
      openBoxes.length
        ? el(
            'details',
            {},
            el('summary', { text: w.t('open_straits', { n: usual.length }) }),
            el('p', { class: 'fm-quiet', text: w.t('open_note') }),
            el(
              'div',
              { class: 'fm-checks' },
              openBoxes.map((x) => x.node),
            ),
          )
        : null,
    ),
    el(
      'label',
      { class: 'fm-speed', hidden: !own && !facts.routes.length },
      el('span', { text: w.t('speed') }),
      speed,
      speedText,
    ),
    el(
      'table',
      { class: 'fm-table fm-scenario-table', hidden: !facts.routes.length },
      caption,
      el('thead', {}, el('tr', {}, heads)),
      table,
    ),
    foot,
  );

  // Where two trades share a short name, their ends tell them apart.
  const short = (row) => `${w.text(row.short)} ${row.importer}`;
  const label = (row) =>
    facts.routes.some((other) => other !== row && short(other) === short(row))
      ? w.text(row.name)
      : w.text(row.short) || w.text(row.name);

  function rows(now) {
    const all = facts.routes
      .filter((r) => r.draw || ['planned', 'active', 'emergency', 'halted'].includes(r.status))
      .map((row) => ({ row, result: app.scenarios.of(row, now) }));
    const weight = ({ result }) =>
      result === null ? 0 : result.reachable === false ? 2e6 : result.changed ? 1e6 + (result.extra ?? 0) : 0;
    const asked = now.closed.length || now.opened.length;
    if (asked) all.sort((a, b) => weight(b) - weight(a));
    table.replaceChildren(
      ...all.map(({ row, result }) => {
        const name = el(
          'th',
          { scope: 'row' },
          el(
            'button',
            { type: 'button', class: 'fm-row-button', onclick: () => app.select(`route:${row.id}`, { fly: true }) },
            el('span', { class: `fm-key fm-key-${row.role.replaceAll('_', '-')}` }),
            el('span', {}, label(row), el('span', { class: 'fm-flag', text: `${w.arrow} ${row.importer}` })),
          ),
        );
        if (!result)
          return el(
            'tr',
            {},
            name,
            el('td', { colspan: String(costs.length), class: 'fm-quiet', text: w.t('not_computed') }),
          );
        if (result.reachable === false)
          return el('tr', { class: 'is-cut' }, name, el('td', { colspan: String(costs.length), text: w.t('no_way') }));
        const f = app.scenarios.figures(result.nm, now.speed),
          extra = Math.round(result.extra);
        return el(
          'tr',
          { class: result.changed ? 'is-new' : '' },
          name,
          el('td', { class: 'fm-num', text: w.number(result.nm) }),
          el('td', {
            class: 'fm-num',
            text: result.changed ? `${extra < 0 ? '−' : '+'}${w.number(Math.abs(extra))}` : '–',
          }),
          el(
            'td',
            { class: 'fm-num' },
            w.days(f.days),
            result.changed
              ? el('small', {
                  class: 'fm-more-days',
                  text: `${extra < 0 ? '−' : '+'}${w.days(Math.abs(app.scenarios.figures(result.extra, now.speed).days))}`,
                })
              : null,
          ),
          gas
            ? [
                el('td', { class: 'fm-num', text: w.number(f.boil) }),
                el('td', { class: 'fm-num', text: w.percent(f.share * 100, 1) }),
              ]
            : null,
        );
      }),
    );
    const ship = facts.ship;
    foot.textContent = w.t('scenario_foot', {
      kn: w.number(now.speed, now.speed % 1 ? 1 : 0),
      rate: w.number(ship.boil_off_pct_day, 2),
      cargo: w.number(ship.cargo_t),
    });
  }

  return {
    node,
    update(now, changed) {
      if (changed && !['closed', 'opened', 'speed', 'date', 'tab', 'own'].some((k) => changed.has(k))) return;
      const scene = named.find(
        ({ gates, open }) => gates.length + open.length > 0 && same(now.closed, gates) && same(now.opened, open),
      );
      chips.forEach((chip, i) => chip.setAttribute('aria-pressed', String(named[i] === scene)));
      none.hidden = !now.closed.length && !now.opened.length;
      const shut = now.closed.map((id) => `gate:${id}`);
      const untouched =
        shut.length && facts.routes.length > 0 && !facts.routes.some((row) => app.scenarios.of(row, now)?.changed);
      const names = now.closed.map((id) => w.text(atlas.find(`gate:${id}`)?.name));
      const told = answer(
        app,
        now,
        scene
          ? w.text(scene.s.name)
          : names.length > 3
            ? w.t('n_closed', { n: names.length })
            : names.length
              ? w.t('shut', { names: w.list(names) })
              : w.t('passages_opened'),
      );
      first.replaceChildren(...(told ?? []));
      first.hidden = !told;
      lead.hidden = Boolean(told);
      about.replaceChildren(
        ...[
          scene ? el('span', { text: `${w.text(scene.s.text)} ` }) : null,
          shut.length
            ? [el('strong', { text: `${w.t('closed')}: ` }), links(app, shut)]
            : scene || !facts.gates.length
              ? null
              : w.t('all_open'),
          untouched ? el('span', { class: 'fm-untouched', text: ` ${w.t('none_touched')}` }) : null,
          scene ? sourcesOf(app, scene.s.source, true) : null,
        ]
          .flat()
          .filter(Boolean),
      );
      boxes.forEach((input, id) => {
        input.checked = now.closed.includes(id);
      });
      groups.forEach(({ g, input }) => {
        const n = g.gates.filter((id) => now.closed.includes(id)).length;
        input.checked = n === g.gates.length;
        input.indeterminate = n > 0 && n < g.gates.length;
      });
      openBoxes.forEach(({ row, input }) => {
        input.checked = now.opened.includes(row.id);
      });
      speed.value = String(now.speed);
      speedText.textContent = w.t('knots', { kn: w.number(now.speed, 1) });
      rows(now);
      own?.update(now, changed);
    },
  };
}
