// The story, chapter by chapter: the map moves with it, and it can be left at any point.

import { el, paragraphs } from './dom.js';
import { chapterState } from './chapters.js';

// What the state becomes when a chapter opens.
export function enter(app, id) {
  const chapter = app.facts.chapters.find((c) => c.id === id);
  if (!chapter) return;
  app.set({ ...chapterState(app.atlas, id), chapter: id, selected: null, own: null });
}

export function turn(app, step) {
  const { chapters } = app.facts, at = chapters.findIndex((c) => c.id === app.store.get().chapter);
  const goal = chapters[Math.max(0, Math.min(chapters.length - 1, at + step))];
  if (goal && goal.id !== app.store.get().chapter) enter(app, goal.id);
}

export function storyTab(app) {
  const w = app.w(), { chapters } = app.facts;
  const text = el('div', { class: 'fm-chapter', 'aria-live': 'polite' });
  const back = el('button', { type: 'button', class: 'fm-button', onclick: () => turn(app, -1) }, w.t('back'));
  const next = el('button', { type: 'button', class: 'fm-button fm-button-strong', onclick: () => turn(app, 1) }, w.t('next'));
  const dots = el('div', { class: 'fm-dots', 'aria-hidden': 'true' }, chapters.map((c) => el('button', { type: 'button', tabindex: '-1', class: 'fm-dot', onclick: () => enter(app, c.id) })));
  const list = el('ol', { class: 'fm-contents' }, chapters.map((c) => el('li', {}, el('button', { type: 'button', onclick: () => enter(app, c.id) }, w.text(c.title)))));
  const node = el('div', { class: 'fm-story' }, text, el('div', { class: 'fm-turn' }, back, dots, next), list);
  let shown = null;
  return {
    node,
    update(now) {
      const at = chapters.findIndex((c) => c.id === now.chapter), chapter = chapters[at];
      if (!chapter || shown === now.chapter) return;
      shown = now.chapter;
      text.replaceChildren(
        el('p', { class: 'fm-count', text: w.t('of', { n: at + 1, all: chapters.length }) }),
        el('h2', { text: w.text(chapter.title) }),
        ...(chapter.figure.length ? [el('p', { class: 'fm-figure' }, el('strong', { text: w.text(chapter.figure) }),
          chapter.label.length ? el('span', { text: w.text(chapter.label) }) : null)] : []),
        ...paragraphs(w.text(chapter.text)));
      back.disabled = at === 0;
      next.disabled = at === chapters.length - 1;
      [...dots.children].forEach((dot, i) => dot.classList.toggle('is-now', i === at));
      [...list.children].forEach((item, i) => {
        if (i === at) item.firstChild.setAttribute('aria-current', 'step');
        else item.firstChild.removeAttribute('aria-current');
      });
      app.panel?.body.scrollTo?.({ top: 0 });
    },
  };
}
