// Search: any name in any language; arrows and Enter; flies there and opens the card.

import { el } from './dom.js';
import { icon } from './icons.js';
import { once } from './later.js';

export const plain = (text) => text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase();

// Names in all languages, as they are asked for.
export const spoken = (...names) => [...new Set(names.flatMap((name) => name ?? []).filter(Boolean).map(plain))];

// Rows that match: those in which a word begins so before the rest, places and straits before
// agreements and events, whole beginnings first among equals; then what belongs to a country or a
// supplier of that name.
export function matches(entries, query, most = 12) {
  const q = plain(query.trim());
  if (!q) return [];
  const found = [];
  for (const entry of entries) {
    let best = 9;
    for (const name of entry.keys) {
      const at = name.indexOf(q);
      if (at < 0) continue;
      const rank = at === 0 ? 0 : /[\s(–-]/.test(name[at - 1]) ? 1 : 2;
      if (rank < best) best = rank;
    }
    if (best < 9) found.push([(best === 2 ? 100 : 0) + 2 * entry.order + best, entry]);
    else if (entry.about?.some((name) => name.startsWith(q))) found.push([50 + entry.order, entry]);
  }
  return found.sort((a, b) => a[0] - b[0]).slice(0, most).map(([, entry]) => entry);
}

const ORDER = ['place', 'terminal', 'gate', 'feature', 'route', 'link', 'region', 'event'];

export function createSearch(app) {
  const input = el('input', { type: 'search', class: 'fm-search-field', role: 'combobox', 'aria-expanded': 'false', 'aria-controls': 'fm-found',
    'aria-autocomplete': 'list', autocomplete: 'off', spellcheck: 'false' });
  const list = el('ul', { class: 'fm-found', id: 'fm-found', role: 'listbox', hidden: true });
  const node = el('div', { class: 'fm-search' }, el('span', { class: 'fm-search-icon' }, icon('search')), input, list);
  const layers = { place: 'places', terminal: 'terminals', gate: 'gates', route: 'routes', link: 'links', region: 'regions', event: 'events', feature: 'features' };
  const suppliers = new Map(app.facts.suppliers.map((s) => [s.id, s.name]));
  const entries = once(() => ORDER.flatMap((kind, order) => app.facts[layers[kind]].map((row) => ({
    key: `${kind}:${row.id}`, kind, row, order, keys: spoken(row.name, row.short),
    about: spoken(suppliers.get(row.supplier), app.facts.parties[row.country]) }))));
  let found = [], at = -1;

  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const choose = (entry) => {
    close();
    input.value = '';
    if (app.phone()) app.panel.setHeight('mid');
    app.select(entry.key, { fly: true });
    app.card.focus();
  };
  const mark = () => {
    [...list.children].forEach((item, i) => item.setAttribute('aria-selected', String(i === at)));
    if (at >= 0) {
      input.setAttribute('aria-activedescendant', `fm-found-${at}`);
      list.children[at].scrollIntoView({ block: 'nearest' });
    } else input.removeAttribute('aria-activedescendant');
  };
  const show = () => {
    const w = app.w(), layerOf = ({ layer }) => w.text(app.facts.own_layers.find(({ id }) => id === layer)?.name) || null;
    found = matches(entries(), input.value);
    at = found.length ? 0 : -1;
    list.replaceChildren(...found.map((entry, i) => el('li', { role: 'option', id: `fm-found-${i}`, class: 'fm-found-item',
      onmousedown: (event) => event.preventDefault(), onclick: () => choose(entry) },
    el('span', { text: w.text(entry.row.name) }), el('span', { class: 'fm-quiet', text: layerOf(entry.row) ?? w.t(`kind_${entry.kind}`) }))));
    if (input.value.trim() && !found.length) list.replaceChildren(el('li', { role: 'option', 'aria-disabled': 'true', class: 'fm-found-none', text: w.t('nothing_found') }));
    list.hidden = !input.value.trim();
    input.setAttribute('aria-expanded', String(!list.hidden));
    mark();
  };
  input.addEventListener('input', show);
  input.addEventListener('keydown', (event) => {
    event.stopPropagation();
    if (event.key === 'Escape') {
      input.value = '';
      close();
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && found.length) {
      event.preventDefault();
      at = (at + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % found.length;
      mark();
    } else if (event.key === 'Enter' && found[at]) {
      choose(found[at]);
    }
  });
  input.addEventListener('blur', () => setTimeout(close, 120));
  return {
    node,
    relabel() {
      input.placeholder = app.w().t('search');
      input.setAttribute('aria-label', app.w().t('search'));
      list.setAttribute('aria-label', app.w().t('search_results'));
    },
  };
}
