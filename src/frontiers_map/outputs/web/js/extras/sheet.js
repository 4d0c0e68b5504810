// What the browser prints: a clean sheet with title, map, legend, then the words and the sources.

import { el } from '../base/dom.js';
import { keysInView } from '../panel/inview.js';
import { readPalette } from '../map/palette.js';
import { chapterNodes } from './present.js';
import { allShares } from '../panel/story.js';
import { fitted, plateSvg, visibleFrame } from './plate.js';

// Colours of the light scheme, whatever the screen shows: paper is white.
function paperPalette(app) {
  const node = document.documentElement,
    before = node.dataset.theme;
  node.dataset.theme = 'light';
  const palette = readPalette(node, app.facts.style.roles, app.facts.families);
  palette.halo = palette.paper;
  if (before) node.dataset.theme = before;
  else delete node.dataset.theme;
  return palette;
}

// The plate as an element. It has passed through one escaper and is parsed as XML, not as HTML.
function plate(app) {
  app.paper = paperPalette(app);
  try {
    const text = plateSvg(app, fitted(visibleFrame(app), 1040, 550), false);
    const node = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
    return document.importNode(node, true);
  } finally {
    app.paper = null;
  }
}

function sources(app) {
  const { atlas } = app,
    found = new Set();
  for (const key of keysInView(app)) (atlas.find(key)?.source ?? []).forEach((id) => found.add(id));
  for (const id of Object.values(app.store.get().reading))
    (atlas.find(`region:${id}`)?.source ?? []).forEach((s) => found.add(s));
  return app.facts.sources.filter((s) => found.has(s.id));
}

// The tables of the tab that is open, as they stand: with what is folded away, without buttons.
function tables(app, now) {
  if (!['routes', 'scenarios'].includes(now.tab)) return [];
  return [...app.panel.body.querySelectorAll('table:not([hidden])')].map((table) => {
    const copy = table.cloneNode(true);
    copy.removeAttribute('id');
    copy.querySelectorAll('button').forEach((button) => button.replaceWith(...button.childNodes));
    return copy;
  });
}

export function createSheet(app) {
  let sheet = null;
  const lay = () => {
    sheet?.remove();
    const w = app.w(),
      now = app.store.get(),
      chapter = now.tab === 'story' ? app.facts.chapters.find((c) => c.id === now.chapter) : null;
    const list = sources(app);
    sheet = el(
      'section',
      { class: 'fm-sheet' },
      el('div', { class: 'fm-sheet-plate' }, plate(app)),
      el(
        'div',
        { class: 'fm-sheet-text' },
        chapter
          ? el('div', { class: 'fm-sheet-story' }, ...chapterNodes(app, chapter), ...allShares(app, chapter))
          : null,
        ...tables(app, now),
        el('h2', { text: w.t('sources') }),
        el(
          'ul',
          {},
          list.map((s) =>
            el(
              'li',
              {},
              el('strong', { text: s.id }),
              ` ${s.title}${s.date ? `, ${s.date}` : ''}. ${s.url ?? s.address ?? ''}`,
            ),
          ),
        ),
        el('p', {
          text: w.t('citation', {
            title: w.text(app.facts.title),
            version: app.facts.version,
            date: w.date(app.facts.record_to),
            link: location.href.slice(0, 600),
          }),
        }),
      ),
    );
    document.body.append(sheet);
  };
  addEventListener('beforeprint', lay);
  addEventListener('afterprint', () => {
    sheet?.remove();
    sheet = null;
  });
}
