// Buttons that lead from words to what they speak of: cards of features, entries of the bibliography.

import { el } from '../base/dom.js';

export const party = (app, code) => app.w().text(app.atlas.party(code)) || code;

// Features as buttons that lead to their cards.
export function links(app, keys) {
  const w = app.w(),
    out = [];
  const rows = [...new Set(keys)].map((key) => [key, app.atlas.find(key)]).filter(([, row]) => row);
  // Two of one short name are told apart by their whole ones; what happened, by its day.
  const short = (row) => w.text(row.short) || w.text(row.name) || w.text(row.claim) || row.title;
  const label = (key, row) =>
    key.startsWith('event:')
      ? `${w.date(row.date)}: ${short(row)}`
      : rows.some(([, other]) => other !== row && short(other) === short(row))
        ? w.text(row.name) || short(row)
        : short(row);
  rows.forEach(([key, row]) => {
    out.push(
      el(
        'button',
        {
          type: 'button',
          class: 'fm-link',
          onclick: () => {
            app.select(key, { fly: true });
            app.card.focus();
          },
        },
        label(key, row),
      ),
    );
  });
  return out.length ? el('span', { class: 'fm-links' }, out) : null;
}

// One stop of the Tab key for all sources of a paragraph; arrows go from one to the next.
function walkSources(event) {
  const all = [...event.currentTarget.querySelectorAll('button')],
    step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step || all.length < 2) return;
  event.preventDefault();
  event.stopPropagation();
  const goal = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
  all.forEach((button) => {
    button.tabIndex = button === goal ? 0 : -1;
  });
  goal.focus();
}

export function sourcesOf(app, ids, small = false) {
  if (!ids?.length) return null;
  const w = app.w();
  return el(
    'div',
    small
      ? { 'class': 'fm-cites fm-cites-small', 'role': 'group', 'aria-label': w.t('sources'), 'onkeydown': walkSources }
      : { class: 'fm-cites' },
    small ? null : el('h3', { text: w.t('sources') }),
    el(
      'ul',
      {},
      ids.map((id, i) => {
        const source = app.atlas.source(id);
        if (!source) return el('li', { text: id });
        return el(
          'li',
          {},
          el(
            'button',
            {
              type: 'button',
              class: 'fm-link fm-cite',
              title: source.title,
              tabindex: small && i ? '-1' : null,
              onclick: () => app.showSource(id),
            },
            small ? id : `${id} · ${source.title}${source.date ? `, ${source.date}` : ''}`,
          ),
        );
      }),
    ),
  );
}
