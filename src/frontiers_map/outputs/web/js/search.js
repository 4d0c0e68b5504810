// Search: any name in any language; arrows and Enter; flies there and opens the card.

import { el } from './dom.js';
import { icon } from './icons.js';
import { once } from './later.js';
import { enter } from './story.js';

export const plain = (text) => text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').replace(/[‐-―-]/g, ' ').replace(/[‘’]/g, "'").toLowerCase();

// Names in all languages, as they are asked for.
export const spoken = (...names) => [...new Set(names.flatMap((name) => name ?? []).filter(Boolean).map(plain))];

const begins = (text, at) => at === 0 || !/[\p{Script=Latin}\d]/u.test(text[at]) || /[^\p{L}\d]/u.test(text[at - 1]);
const least = (q) => (/\p{Script=Latin}/u.test(q) ? 3 : 2);

// What is asked for, and the other words for the thing that it names.
export function asked(query, terms) {
  const q = plain(query.trim());
  if (!q) return [];
  const same = q.length < least(q) ? [] : terms.filter((words) => words.some((word) => word.startsWith(q))).flat();
  return [...new Set([q, ...same])];
}

// Rows that match: those in which a word begins so before the rest, places and straits before
// agreements and events, whole beginnings first among equals; then what belongs to a country or a
// supplier of that name; then, where the words stand in a text. Other words for the same thing come
// after those that were typed.
export function matches(entries, words, most = 12) {
  const found = new Map();
  const add = (entry, rank) => found.set(entry, Math.min(rank, found.get(entry) ?? Infinity));
  words.forEach((q, other) => {
    const after = other ? 1 : 0;
    for (const entry of entries) {
      let best = 9;
      for (const name of entry.keys) {
        const at = name.indexOf(q);
        if (at < 0) continue;
        const rank = at === 0 ? 0 : /[\s(–-]/.test(name[at - 1]) ? 1 : 2;
        if (rank < best) best = rank;
      }
      if (best < 9) add(entry, (best === 2 ? 100 : 0) + 2 * entry.order + best + 30 * after);
      else if (entry.about?.some((name) => name.startsWith(q))) add(entry, 50 + entry.order + after);
      else if (q.length >= least(q) && entry.texts?.().some((text) => stands(text, q) >= 0)) add(entry, 200 + 2 * entry.order + after);
    }
  });
  return [...found].sort((a, b) => a[1] - b[1]).slice(0, most).map(([entry]) => entry);
}

// Where a word begins with these letters.
function stands(text, q) {
  for (let at = text.indexOf(q); at >= 0; at = text.indexOf(q, at + 1)) if (begins(text, at)) return at;
  return -1;
}

// The words round those that were found: before, they themselves, after; null if they are not there.
export function excerpt(text, words, room = 34) {
  let flat = '';
  const from = [];
  let i = 0;
  for (const letter of text) {
    const part = plain(letter);
    for (let n = 0; n < part.length; n++) from.push(i);
    flat += part;
    i += letter.length;
  }
  from.push(text.length);
  for (const q of words) {
    const at = stands(flat, q);
    if (at < 0) continue;
    const [start, end] = [from[at], from[at + q.length]];
    let [a, b] = [Math.max(0, start - room), Math.min(text.length, end + room)];
    while (a > 0 && a < start && /\p{Script=Latin}/u.test(text[a]) && !/\s/.test(text[a - 1])) a++;
    while (b < text.length && b > end && /\p{Script=Latin}/u.test(text[b - 1]) && !/\s/.test(text[b])) b--;
    return [`${a ? '…' : ''}${text.slice(a, start).trimStart()}`, text.slice(start, end), `${text.slice(end, b).trimEnd()}${b < text.length ? '…' : ''}`];
  }
  return null;
}

const ORDER = ['place', 'terminal', 'gate', 'scenario', 'feature', 'route', 'link', 'region', 'event', 'claim', 'chapter', 'source'];
const TEXTS = ['summary', 'role', 'reason', 'status_note', 'via_reason', 'basis', 'note', 'claim', 'finding', 'text', 'publisher', 'supports', 'address'];

// How many letters are to be put in, left out, changed or swapped to make one word of another; more
// than `most` are not counted.
export function apartBy(a, b, most) {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let [old, last, now] = [[], [], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    [old, last, now] = [last, now, [i]];
    for (let j = 1; j <= b.length; j += 1) {
      now[j] = Math.min(last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) now[j] = Math.min(now[j], old[j - 2] + 1);
    }
    if (Math.min(...now) > most) return most + 1;
  }
  return now[b.length];
}

// Rows that are spelt most like what was typed: `named` is a list of [row, names]. One slip in four
// letters, two in eight; of scripts that write a syllable or a word by a sign, one in three.
export function alike(asked, named) {
  const close = (text) => text.replace(/[\s'-]/g, ''), typed = close(asked);
  const most = /\p{Script=Latin}/u.test(typed) ? Math.min(2, Math.floor(typed.length / 4)) : Math.min(1, Math.floor(typed.length / 3));
  let best = most + 1, found = [];
  for (const [row, names] of most ? named : []) {
    // The word itself, or its beginning, while it is being typed.
    const by = Math.min(...names.map((name) => Math.min(apartBy(typed, close(name), most), typed.length > 4 ? apartBy(typed, close(name).slice(0, typed.length), most) : best)));
    if (by > most || by > best) continue;
    if (by < best) [best, found] = [by, []];
    found.push(row);
  }
  return found;
}

const heading = (w, { name, claim, title }) => w.text(name) || w.text(claim) || (typeof title === 'string' ? title : w.text(title));

export function createSearch(app) {
  const input = el('input', { type: 'search', class: 'fm-search-field', role: 'combobox', 'aria-expanded': 'false', 'aria-controls': 'fm-found',
    'aria-autocomplete': 'list', autocomplete: 'off', spellcheck: 'false' });
  const list = el('ul', { class: 'fm-found', id: 'fm-found', role: 'listbox', hidden: true });
  const node = el('div', { class: 'fm-search' }, el('span', { class: 'fm-search-icon' }, icon('search')), input, list);
  const layers = { place: 'places', terminal: 'terminals', gate: 'gates', route: 'routes', link: 'links', region: 'regions', event: 'events', claim: 'claims', feature: 'features', scenario: 'scenarios', chapter: 'chapters', source: 'sources' };
  const suppliers = new Map(app.facts.suppliers.map((s) => [s.id, s.name]));
  const entries = once(() => ORDER.flatMap((kind, order) => app.facts[layers[kind]].map((row) => ({
    key: `${kind}:${row.id}`, kind, row, order, keys: spoken(row.name, row.short, row.title, kind === 'source' ? row.id : null),
    texts: once(() => spoken(...TEXTS.map((field) => row[field]))), about: spoken(suppliers.get(row.supplier), app.facts.parties[row.country]) }))));
  const terms = app.facts.terms.map((words) => spoken(words));
  let found = [], at = -1;

  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  // To the card of a feature; a chapter, a scenario and a source have their place in the panel.
  const open = ({ kind, key, row }) => {
    if (kind === 'chapter') {
      app.set({ tab: 'story' });
      enter(app, row.id);
    } else if (kind === 'scenario') {
      app.set({ tab: 'scenarios', closed: app.atlas.gatesOf(row.close), opened: app.atlas.gatesOf(row.open), selected: null });
      app.flyToChanges();
    } else if (kind === 'source') app.showSource(row.id);
    else {
      app.select(key, { fly: true });
      app.card.focus();
    }
  };
  const choose = (entry) => {
    close();
    input.value = '';
    if (app.phone()) app.panel.setHeight('mid');
    open(entry);
  };
  const mark = () => {
    [...list.children].forEach((item, i) => item.setAttribute('aria-selected', String(i === at)));
    if (at >= 0) {
      input.setAttribute('aria-activedescendant', `fm-found-${at}`);
      list.children[at].scrollIntoView({ block: 'nearest' });
    } else input.removeAttribute('aria-activedescendant');
  };
  // What was found in a text is shown with the words round it.
  const round = (entry, words) => {
    const w = app.w();
    if (words.some((q) => [...entry.keys, ...entry.about].some((name) => name.includes(q)))) return null;
    for (const field of TEXTS) {
      const value = entry.row[field], parts = value && excerpt(typeof value === 'string' ? value : w.text(value), words);
      if (parts) return el('span', { class: 'fm-found-words' }, parts[0], el('mark', { text: parts[1] }), parts[2]);
    }
    return null;
  };
  const show = () => {
    const w = app.w(), layerOf = ({ layer }) => w.text(app.facts.own_layers.find(({ id }) => id === layer)?.name) || null;
    const words = asked(input.value, terms);
    found = matches(entries(), words);
    // Nothing is written so: what is spelt most like it.
    if (!found.length && words.length) found = alike(words[0], entries().map((entry) => [entry, entry.keys])).slice(0, 6);
    at = found.length ? 0 : -1;
    list.replaceChildren(...found.map((entry, i) => el('li', { role: 'option', id: `fm-found-${i}`, class: 'fm-found-item',
      onmousedown: (event) => event.preventDefault(), onclick: () => choose(entry) },
    el('span', {}, heading(w, entry.row), round(entry, words)), el('span', { class: 'fm-quiet', text: layerOf(entry.row) ?? w.t(`kind_${entry.kind}`) }))));
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
  // Time for a tap on the list; who is back in the field by then goes on with what was found.
  input.addEventListener('blur', () => setTimeout(() => { if (document.activeElement !== input) close(); }, 120));
  return {
    node,
    relabel() {
      input.placeholder = app.w().t('search');
      input.setAttribute('aria-label', app.w().t('search'));
      list.setAttribute('aria-label', app.w().t('search_results'));
    },
  };
}
