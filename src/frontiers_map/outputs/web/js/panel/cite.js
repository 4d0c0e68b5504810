// Cite this view, and the map in words. Both come from the data.

import { el } from '../base/dom.js';
import { statusAt } from '../atlas/loads.js';

export function cite(app) {
  const w = app.w(),
    text = el('p', { class: 'fm-citation', tabindex: '0' });
  const write = () => {
    text.textContent = w.t('citation', {
      title: w.text(app.facts.title),
      version: app.facts.version,
      date: w.date(app.facts.record_to),
      link: location.href.slice(0, 600),
    });
  };
  const copy = el(
    'button',
    {
      type: 'button',
      class: 'fm-button',
      onclick: async () => {
        write();
        try {
          await navigator.clipboard.writeText(text.textContent.replace(/[\u2068\u2069]/g, ''));
          app.toast(w.t('cited'));
        } catch {
          const range = document.createRange();
          range.selectNodeContents(text);
          getSelection().removeAllRanges();
          getSelection().addRange(range);
          app.toast(w.t('copy_by_hand'));
        }
      },
    },
    w.t('copy_citation'),
  );
  write();
  return {
    node: el('details', { class: 'fm-cite-view', ontoggle: write }, el('summary', { text: w.t('cite') }), text, copy),
    update: write,
  };
}

// The written description: same standing as the picture, made from the same rows.
export function sentences(app) {
  const w = app.w(),
    { facts, atlas, store } = app,
    now = store.get(),
    out = [];
  const date = now.date ?? facts.record_to,
    name = (row) => w.text(row.short) || w.text(row.name);
  const readings = Object.entries(now.reading)
    .map(([family, id]) => [facts.families.find((f) => f.id === family), atlas.regions.get(id)?.row])
    .filter(([, r]) => r);
  for (const [family, region] of readings) {
    out.push(
      w.t(region.edge === 'soft' ? 'say_region_soft' : 'say_region', {
        family: w.text(family.name),
        name: w.text(region.name),
        area: w.area(region.area),
      }),
    );
  }
  const overlap = atlas.overlap(now.reading);
  if (overlap?.area > 1000) out.push(w.t('say_overlap', { area: w.area(overlap.area) }));
  const capitals = facts.places.filter((p) => p.pole).map((p) => w.text(p.name));
  if (capitals.length)
    out.push(w.t(['say_pole', 'say_poles'][capitals.length - 1] ?? 'say_poles_many', { names: w.list(capitals) }));
  for (const row of facts.routes.filter((r) => r.draw)) {
    const result = app.scenarios.of(row, now);
    if (result?.reachable === false) {
      out.push(w.t('say_no_way', { name: w.text(row.name) }));
      continue;
    }
    const gates = (result?.gates ?? row.gates).map((id) => w.text(atlas.find(`gate:${id}`)?.name)).filter(Boolean);
    out.push(
      w.t(gates.length ? 'say_route_by' : 'say_route', {
        name: w.text(row.name),
        nm: w.number(Math.round(result?.nm ?? row.nm)),
        gates: w.list(gates),
        status: w.t(`route_status.${statusAt(atlas, row, date)}`),
      }),
    );
  }
  const shut = facts.gates
    .map((g) => [g, atlas.gateStatus(g.id, date)])
    .filter(([, r]) => r && (r.status === 'closed' || r.status === 'restricted'));
  for (const [gate, report] of shut)
    out.push(
      w.t('say_gate', { name: name(gate), status: w.t(`gate_status.${report.status}`), date: w.date(report.date) }),
    );
  if (now.closed.length)
    out.push(w.t('say_closed', { names: w.list(now.closed.map((id) => w.text(atlas.find(`gate:${id}`)?.name))) }));
  return out;
}

export function describe(app) {
  const w = app.w(),
    body = el('div', {});
  const fill = () => body.replaceChildren(...sentences(app).map((text) => el('p', { text })));
  const node = el(
    'details',
    { class: 'fm-section fm-describe', ontoggle: fill },
    el('summary', { text: w.t('in_words') }),
    body,
  );
  return {
    node,
    update: () => {
      if (node.open) fill();
    },
  };
}
