// The story, chapter by chapter: the map follows the reading, and it can be left at any point.

import { el, paragraphs, picture } from '../base/dom.js';
import { sourcesOf } from './links.js';
import { chapterState } from '../atlas/chapters.js';
import { once } from '../base/later.js';

// A chapter is being read once it comes up to this share of the panel's height; and for so many
// milliseconds, so that scrolling past many does not send the map through all of them.
const READING = 0.35,
  PATIENCE = 140;

// What the state becomes when a chapter opens. Scrolling leaves no step in the browser's history.
export function enter(app, id, push = true) {
  const chapter = app.facts.chapters.find((c) => c.id === id);
  if (!chapter) return;
  app.set({ ...chapterState(app.atlas, id), chapter: id, selected: null, own: null }, push);
}

// Open the chapter of the story again after other tabs: with its map, if that is another now.
export function enterAgain(app) {
  const { chapter, closed, opened, date } = app.store.get(),
    set = chapterState(app.atlas, chapter);
  const differs = JSON.stringify([closed, opened, date]) !== JSON.stringify([set.closed, set.opened, set.date]);
  app.set({ tab: 'story', ...(differs ? { ...set, selected: null, own: null } : {}) });
  if (differs) app.home();
}

export function turn(app, step) {
  const { chapters } = app.facts,
    at = chapters.findIndex((c) => c.id === app.store.get().chapter);
  const goal = chapters[Math.max(0, Math.min(chapters.length - 1, at + step))];
  if (goal && goal.id !== app.store.get().chapter) enter(app, goal.id);
}

const REST = new Set(['rest', 'other']);

// Who sent how much in a period, as bars in the colours of the map, and what no figure tells as
// one more. `key`: importer and period; `most`: the share whose bar is as long as there is room.
export function shares(app, key, most) {
  const w = app.w(),
    { facts } = app,
    [importer, period] = key.split(':');
  const rows = facts.imports.filter((r) => r.importer === importer && r.period === period);
  const all = rows.find((r) => r.origin === 'total'),
    origins = rows
      .filter((r) => r !== all && r.share)
      .sort((a, b) => Number(REST.has(a.origin)) - Number(REST.has(b.origin)) || b.share - a.share);
  const missing = Math.round(10 * (100 - origins.reduce((sum, r) => sum + r.share, 0))) / 10;
  if (missing > 0.5) origins.push({ share: missing, missing: true });
  const roles = new Map(facts.suppliers.map((s) => [s.id, s.role]));
  const bar = (r) => {
    const role = roles.get(r.origin)?.replaceAll('_', '-') ?? 'other',
      width = `${(100 * r.share) / most}%`;
    const fill = el('span', { class: r.missing ? 'fm-key fm-key-missing' : `fm-key fm-key-${role}`, style: { width } });
    if (r.missing)
      return el(
        'tr',
        { class: 'fm-quiet-row' },
        el('th', { scope: 'row', text: w.t('shares_missing') }),
        el('td', {}, fill),
        el('td', { class: 'fm-num', text: w.percent(missing, 1) }),
      );
    // The page names what the brackets list only where there is room for it.
    const name = w.text(r.name),
      short = name.replace(/ ?[(（].*$/, '');
    return el(
      'tr',
      {},
      el('th', { scope: 'row', title: short === name ? null : name, text: short }),
      el('td', {}, fill),
      el('td', { class: 'fm-num', text: w.percent(r.share, 1) }),
    );
  };
  const [from, to = from] = period.split('/'),
    year = from.slice(0, 4);
  const when = from === `${year}-01` && to === `${year}-12` ? w.date(year) : w.span(from, to);
  return el(
    'table',
    { class: 'fm-shares' },
    el('caption', {
      text: w.sentence([
        w.t('lng_of', { importer: w.text(app.atlas.party(importer)) || importer }),
        when,
        all?.mt ? w.t('tonnes', { mt: w.number(all.mt, 1), man: w.number(all.mt * 100) }) : '',
      ]),
    }),
    el('tbody', {}, origins.map(bar)),
  );
}

// All bars of a chapter are on one scale: they are compared with one another.
export function allShares(app, chapter) {
  const told = chapter.shares.map((key) => key.split(':')),
    { imports } = app.facts;
  const rows = told.map(([importer, period]) =>
    imports
      .filter((r) => r.importer === importer && r.period === period && r.origin !== 'total' && r.share)
      .map((r) => r.share),
  );
  const most = Math.max(...rows.map((all) => Math.max(...all, 100 - all.reduce((sum, share) => sum + share, 0))));
  return chapter.shares.map((key) => shares(app, key, most));
}

export function storyTab(app) {
  const w = app.w(),
    { chapters } = app.facts;
  const texts = chapters.map((c, i) =>
    el(
      'section',
      { class: 'fm-chapter' },
      el('p', { class: 'fm-count', text: w.t('of', { n: i + 1, all: chapters.length }) }),
      el('h2', { text: w.text(c.title) }),
      c.figure.length
        ? el(
            'p',
            { class: 'fm-figure' },
            el('strong', { text: w.text(c.figure) }),
            c.label.length ? el('span', { text: w.text(c.label) }) : null,
          )
        : null,
      ...paragraphs(w.prose(c.text)),
      c.picture ? picture(w, c.picture) : null,
      ...allShares(app, c),
      sourcesOf(app, c.source, true),
    ),
  );
  const back = el('button', { type: 'button', class: 'fm-button', onclick: () => turn(app, -1) }, w.t('back'));
  const next = el(
    'button',
    { type: 'button', class: 'fm-button fm-button-strong', onclick: () => turn(app, 1) },
    w.t('next'),
  );
  const dots = el(
    'div',
    { 'class': 'fm-dots', 'aria-hidden': 'true' },
    chapters.map((c) =>
      el('button', { type: 'button', tabindex: '-1', class: 'fm-dot', onclick: () => enter(app, c.id) }),
    ),
  );
  const list = el(
    'ol',
    { class: 'fm-contents' },
    chapters.map((c) =>
      el('li', {}, el('button', { type: 'button', onclick: () => enter(app, c.id) }, w.text(c.title))),
    ),
  );
  // Chapters below what is seen at first follow when the page stands.
  const first =
    Math.max(
      0,
      chapters.findIndex((c) => c.id === app.store.get().chapter),
    ) + 2;
  const node = el(
    'div',
    { class: 'fm-story' },
    texts.slice(0, first),
    list,
    el('div', { class: 'fm-turn', hidden: chapters.length < 2 }, back, dots, next),
  );
  const rest = once(() => {
    list.before(...texts.slice(first));
    return true;
  });
  app.queue.add(rest);
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  let shown = null,
    following = false;

  // Only the reader's own scrolling turns chapters, never the panel's.
  const read = (body) => {
    rest();
    if (!chapters.length) return;
    const line = body.getBoundingClientRect().top + body.clientHeight * READING;
    const at = texts.findLastIndex((text) => text.getBoundingClientRect().top <= line);
    const id = chapters[Math.max(0, at)].id,
      now = app.store.get();
    if (!node.isConnected || now.tab !== 'story' || now.chapter === id) return;
    following = true;
    enter(app, id, false);
    following = false;
  };
  const gone = new AbortController(),
    { signal } = gone;
  const watch = (body) => {
    let touched = -Infinity,
      held = false,
      timer = 0,
      used = false;
    const touch = () => {
      touched = performance.now();
      used = true;
    };
    for (const kind of ['wheel', 'touchmove']) body.addEventListener(kind, touch, { passive: true, signal });
    // Not Tab: what it reaches is not yet read.
    body.addEventListener(
      'keydown',
      (event) => {
        if (['ArrowUp', 'ArrowDown', 'Home', 'End', ' '].includes(event.key)) touch();
      },
      { signal },
    );
    // The bar at the side is dragged.
    body.addEventListener(
      'pointerdown',
      (event) => {
        held = event.target === body;
      },
      { signal },
    );
    addEventListener(
      'pointerup',
      () => {
        held = false;
      },
      { signal },
    );
    body.addEventListener(
      'scroll',
      () => {
        if (!node.isConnected || (!held && performance.now() - touched > 400)) return;
        touch();
        clearTimeout(timer);
        timer = setTimeout(() => read(body), PATIENCE);
      },
      { passive: true, signal },
    );
    return {
      used: () => used,
      leave: () => {
        touched = -Infinity;
      },
    };
  };
  let watched = null;

  return {
    node,
    // The panel's body outlives the tab, which is made anew in each language.
    end: () => gone.abort(),
    update(now, changed) {
      const at = chapters.findIndex((c) => c.id === now.chapter),
        { body } = app.panel ?? {};
      if (body) watched ??= watch(body);
      // A tab that opens again begins where the chapter is.
      if (at < 0 || (changed && shown === now.chapter)) return;
      if (at >= first) rest();
      back.disabled = at === 0;
      next.disabled = at === chapters.length - 1;
      const mark = (item, on, value) =>
        on ? item.setAttribute('aria-current', value) : item.removeAttribute('aria-current');
      texts.forEach((text, i) => mark(text, i === at, 'true'));
      [...dots.children].forEach((dot, i) => dot.classList.toggle('is-now', i === at));
      [...list.children].forEach((item, i) => mark(item.firstChild, i === at, 'step'));
      if (!following) {
        watched?.leave();
        const go = (behavior) => body?.scrollTo({ top: texts[at].offsetTop - texts[0].offsetTop, behavior });
        if (shown !== null && changed) {
          go(calm.matches ? 'instant' : 'smooth');
        } else {
          // Once the tab stands in the panel; and again when letters have their final size.
          requestAnimationFrame(() => go('instant'));
          document.fonts.ready.then(() => {
            if (shown === now.chapter && !watched?.used()) go('instant');
          });
        }
        if (shown !== null) app.say(`${w.t('of', { n: at + 1, all: chapters.length })} ${w.text(chapters[at].title)}`);
      }
      shown = now.chapter;
    },
  };
}
