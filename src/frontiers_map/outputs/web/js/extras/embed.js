// A page inside another: the map alone, one chapter, or the story by buttons; no chrome.

import { el } from '../base/dom.js';
import { chapterNodes } from './present.js';
import { turn } from '../panel/story.js';

export function createEmbed(app) {
  const { facts, store } = app;
  const text = el('div', { class: 'fm-embed-text', tabindex: '0' });
  const back = el('button', { type: 'button', class: 'fm-button', onclick: () => turn(app, -1) });
  const next = el('button', { type: 'button', class: 'fm-button fm-button-strong', onclick: () => turn(app, 1) });
  const row = el('div', { class: 'fm-slide-turn' }, back, next),
    credit = el('p', { 'class': 'fm-embed-credit', 'data-cover': '' });
  const node = el('section', { 'class': 'fm-embed', 'data-cover': '', 'hidden': true }, text, row);
  app.root.append(node, credit);
  credit.hidden = true;

  function update(now, changed) {
    if (changed && !['embed', 'chapter', 'lang'].some((k) => changed.has(k))) return;
    const w = app.w(),
      at = facts.chapters.findIndex((c) => c.id === now.chapter),
      chapter = facts.chapters[at];
    node.hidden = !['chapter', 'story'].includes(now.embed) || !chapter;
    credit.hidden = !now.embed;
    credit.textContent = w.sentence([w.text(facts.title), w.t('record_to', { date: w.date(facts.record_to) })]);
    if (node.hidden) return;
    text.replaceChildren(...chapterNodes(app, chapter));
    text.scrollTop = 0;
    text.setAttribute('aria-label', w.text(chapter.title));
    node.setAttribute('aria-label', w.t('tab_story'));
    row.hidden = now.embed !== 'story';
    back.textContent = w.t('back');
    next.textContent = w.t('next');
    back.disabled = at === 0;
    next.disabled = at === facts.chapters.length - 1;
  }
  store.on((now, before, changed) => update(now, changed));
  update(store.get(), null);
  return { node };
}

// In a page inside another, the wheel and one finger scroll the page around: the map takes the wheel
// with Ctrl, and two fingers. A mouse drags it as ever.
export function leaveScrolling(app) {
  if (window.parent === window) return;
  const hint = el('p', { 'class': 'fm-hint', 'aria-hidden': 'true' });
  let timer = 0;
  const say = (key) => {
    hint.textContent = app.w().t(key);
    hint.classList.add('is-shown');
    clearTimeout(timer);
    timer = setTimeout(() => hint.classList.remove('is-shown'), 1400);
  };
  app.root.append(hint);
  app.root.classList.add('is-framed');
  const pass = (event) => {
    if (app.stage.contains(event.target) && !document.fullscreenElement) event.stopPropagation();
  };
  app.root.addEventListener(
    'wheel',
    (event) => {
      if (event.ctrlKey || event.metaKey || !app.stage.contains(event.target) || document.fullscreenElement) return;
      pass(event);
      say('hint_wheel');
    },
    { capture: true, passive: true },
  );
  app.root.addEventListener(
    'touchstart',
    (event) => {
      if (event.touches.length < 2) pass(event);
    },
    { capture: true, passive: true },
  );
  app.root.addEventListener(
    'touchmove',
    (event) => {
      if (event.touches.length < 2 && app.stage.contains(event.target)) say('hint_fingers');
    },
    { capture: true, passive: true },
  );
}
