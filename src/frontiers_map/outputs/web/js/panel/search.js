// Search: any name in any language, or a question; arrows and Enter; flies there and opens the card.

import { createAsk } from './ask.js';
import { el } from '../base/dom.js';
import { icon } from '../base/icons.js';
import { once } from '../base/later.js';
import { LAYERS } from '../atlas/kinds.js';
import { alike, asked, excerpt, matches, spoken, weighed, wordsOf } from '../atlas/matching.js';
import { bare } from '../atlas/words.js';
import { enter } from './story.js';

// In this order among equals.
const ORDER = [
  'place',
  'terminal',
  'gate',
  'scenario',
  'feature',
  'route',
  'link',
  'region',
  'event',
  'claim',
  'chapter',
  'source',
];
const TEXTS = [
  'summary',
  'role',
  'reason',
  'status_note',
  'via_reason',
  'basis',
  'note',
  'claim',
  'finding',
  'text',
  'publisher',
  'supports',
  'address',
];

const readable = (texts) => (Array.isArray(texts) ? texts.map(bare) : texts);

const heading = (w, { name, claim, title }) =>
  w.text(name) || w.text(claim) || (typeof title === 'string' ? title : w.text(title));

export function createSearch(app) {
  const input = el('input', {
    'type': 'search',
    'class': 'fm-search-field',
    'role': 'combobox',
    'aria-expanded': 'false',
    'aria-controls': 'fm-found',
    'aria-autocomplete': 'list',
    'autocomplete': 'off',
    'spellcheck': 'false',
  });
  const list = el('ul', { class: 'fm-found', id: 'fm-found', role: 'listbox', hidden: true });
  const node = el('div', { class: 'fm-search' }, el('span', { class: 'fm-search-icon' }, icon('search')), input, list);
  const suppliers = new Map(app.facts.suppliers.map((s) => [s.id, s.name]));
  // Parts of the page that are no rows, by what readers ask for.
  const parts = [
    ['errata', app.facts.errata.length, 'errata', () => app.showSource('errata')],
    ['claims', app.facts.claims.length, 'claims_title', () => app.showSource('claims')],
    ['overlap', app.facts.overlaps.some(({ area }) => area > 1000), 'both_apply', () => app.showOverlap()],
  ];
  const speakers = app.facts.languages.map(app.words),
    everywhere = (key, n) => speakers.map(({ t }) => t(key, { n }));
  const asParts = () =>
    parts
      .filter(([, there]) => there)
      .map(([id, there, title, run]) => ({
        key: id,
        kind: 'part',
        run,
        order: -1,
        texts: () => [],
        about: [],
        row: { name: everywhere(title, there) },
        keys: spoken(
          everywhere(title, there),
          everywhere(`asked_${id}`).flatMap((words) => words.split(/[;；；]\s*/)),
        ),
      }));
  const entries = once(() =>
    asParts().concat(
      ORDER.flatMap((kind, order) =>
        app.facts[LAYERS[kind]].map((row) => ({
          key: `${kind}:${row.id}`,
          kind,
          row,
          // What is on the map goes before what was written of it.
          order: kind === 'source' ? 30 : order,
          keys: spoken(row.name, row.short, row.title, kind === 'source' ? row.id : null),
          texts: once(() => spoken(...TEXTS.map((field) => readable(row[field])))),
          about: spoken(
            suppliers.get(row.supplier),
            app.facts.parties[row.country],
            kind === 'claim' ? everywhere(`verdict.${row.verdict}`) : null,
            app.facts.kinds[LAYERS[kind]]?.[row.kind]?.own ? everywhere(`${kind}_kind.${row.kind}`) : null,
          ),
        })),
      ),
    ),
  );
  const terms = app.facts.terms.map((words) => spoken(words));
  const ask = createAsk(app);
  let found = [],
    at = -1;

  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  // To the card of a feature; a chapter, a scenario and a source have their place in the panel.
  const open = ({ kind, key, row, run }) => {
    if (run) run();
    else if (kind === 'chapter') {
      app.set({ tab: 'story' });
      enter(app, row.id);
    } else if (kind === 'scenario') {
      app.set({
        tab: 'scenarios',
        closed: app.atlas.gatesOf(row.close),
        opened: app.atlas.gatesOf(row.open),
        selected: null,
      });
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
      const value = entry.row[field],
        part = value && excerpt(typeof value === 'string' ? value : w.text(value), words);
      if (part) return el('span', { class: 'fm-found-words' }, part[0], el('mark', { text: part[1] }), part[2]);
    }
    return null;
  };
  const show = () => {
    const w = app.w(),
      layerOf = ({ layer }) => w.text(app.facts.own_layers.find(({ id }) => id === layer)?.name) || null;
    const words = asked(input.value, terms);
    found = matches(entries(), words);
    // Nothing is written so: what is spelt most like it; what has its words, one by one.
    const { told, words: named } = ask(input.value),
      single = told.length ? named : wordsOf(input.value);
    if (!found.length && words.length)
      found = alike(
        words[0],
        entries().map((entry) => [entry, entry.keys]),
      ).slice(0, 6);
    if (found.length < 4 && wordsOf(input.value).length > 1)
      found = [...new Set([...found, ...weighed(entries(), single)])];
    found = [...told, ...found];
    at = found.length ? 0 : -1;
    list.replaceChildren(
      ...found.map((entry, i) =>
        el(
          'li',
          {
            role: 'option',
            id: `fm-found-${i}`,
            class: `fm-found-item${entry.row ? '' : ' fm-found-answer'}`,
            onmousedown: (event) => event.preventDefault(),
            onclick: () => choose(entry),
          },
          entry.row
            ? el('span', {}, heading(w, entry.row), round(entry, words) ?? round(entry, single))
            : el('span', {}, entry.title, el('span', { class: 'fm-found-words', text: entry.text })),
          el('span', {
            class: 'fm-quiet',
            text:
              (entry.row && layerOf(entry.row)) ??
              (app.facts.kinds[LAYERS[entry.kind]]?.[entry.row.kind]?.own
                ? w.t(`${entry.kind}_kind.${entry.row.kind}`)
                : null) ??
              w.t(`kind_${entry.kind}`),
          }),
        ),
      ),
    );
    if (input.value.trim() && !found.length)
      list.replaceChildren(
        el('li', { 'role': 'option', 'aria-disabled': 'true', 'class': 'fm-found-none', 'text': w.t('nothing_found') }),
      );
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
  input.addEventListener('blur', () =>
    setTimeout(() => {
      if (document.activeElement !== input) close();
    }, 120),
  );
  return {
    node,
    relabel() {
      input.placeholder = app.w().t('search');
      input.setAttribute('aria-label', app.w().t('search'));
      list.setAttribute('aria-label', app.w().t('search_results'));
    },
  };
}
