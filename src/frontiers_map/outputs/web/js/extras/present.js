// The story as slides: opening, one for each chapter, ending. Keys, full screen, large type.

import { el, paragraphs, picture } from '../base/dom.js';
import { enter } from '../panel/story.js';

// A chapter in words: title, big number, text.
export function chapterNodes(app, chapter) {
  const w = app.w();
  return [
    el('h2', { text: w.text(chapter.title) }),
    chapter.figure.length
      ? el(
          'p',
          { class: 'fm-figure' },
          el('strong', { text: w.text(chapter.figure) }),
          chapter.label.length ? el('span', { text: w.text(chapter.label) }) : null,
        )
      : null,
    ...paragraphs(w.prose(chapter.text)),
    chapter.picture ? picture(w, chapter.picture) : null,
  ].filter(Boolean);
}

export function createPresenter(app) {
  const { facts, store } = app,
    last = facts.chapters.length + 1;
  const text = el('div', { 'class': 'fm-slide-text', 'aria-live': 'polite' }),
    count = el('span', { class: 'fm-quiet' });
  const make = (run) => el('button', { type: 'button', class: 'fm-button', onclick: run });
  const back = make(() => go(at - 1)),
    next = make(() => go(at + 1)),
    leave = make(() => app.set({ present: false }, false));
  next.classList.add('fm-button-strong');
  const node = el(
    'section',
    { 'class': 'fm-slides', 'hidden': true, 'tabindex': '-1', 'data-cover': '' },
    text,
    el('div', { class: 'fm-slide-turn' }, back, next, count, leave),
  );
  app.root.append(node);
  let at = 0,
    full = false,
    came = null;

  function opening(w) {
    return [
      el('p', { class: 'fm-kicker', text: w.t('record_to', { date: w.date(facts.record_to) }) }),
      el('h1', { text: w.text(facts.title) }),
      el('p', { class: 'fm-slide-deck', text: w.text(facts.deck) }),
      el('p', { class: 'fm-quiet', text: w.t('present_keys') }),
    ];
  }

  function ending(w) {
    return [
      el('h2', { text: w.t('sources') }),
      el('p', {
        text: w.t('ending', {
          sources: facts.sources.length,
          claims: facts.claims.length,
          date: w.date(facts.record_to),
        }),
      }),
      ...paragraphs(w.text(facts.credit)),
      facts.licence ? el('p', { class: 'fm-quiet', text: facts.licence }) : null,
      el('p', {
        class: 'fm-citation',
        text: w.t('citation', {
          title: w.text(facts.title),
          version: facts.version,
          date: w.date(facts.record_to),
          link: location.href.split('#')[0].slice(0, 300),
        }),
      }),
    ].filter(Boolean);
  }

  function write() {
    const w = app.w(),
      chapter = facts.chapters[at - 1];
    node.classList.toggle('is-wide', !chapter);
    text.replaceChildren(...(at === 0 ? opening(w) : at === last ? ending(w) : chapterNodes(app, chapter)));
    text.scrollTop = 0;
    count.textContent = w.t('of', { n: at + 1, all: last + 1 });
    back.textContent = w.t('back');
    next.textContent = w.t('next');
    leave.textContent = w.t('leave');
    back.disabled = at === 0;
    next.disabled = at === last;
    node.setAttribute('aria-label', w.t('present'));
  }

  function go(to) {
    const goal = Math.max(0, Math.min(last, to)),
      chapter = facts.chapters[goal - 1];
    if (goal === at) return;
    at = goal;
    write();
    dispatchEvent(new Event('resize'));
    if (chapter && store.get().chapter !== chapter.id) enter(app, chapter.id);
    else app.home();
    if (document.activeElement?.matches(':disabled') || document.activeElement === document.body)
      node.focus({ preventScroll: true });
  }

  async function start() {
    came = document.activeElement;
    at = 0;
    node.hidden = false;
    write();
    node.focus({ preventScroll: true });
    try {
      await document.documentElement.requestFullscreen?.();
      full = Boolean(document.fullscreenElement);
    } catch {
      // A page inside another may not fill the screen; the slides work all the same.
      full = false;
    }
    dispatchEvent(new Event('resize'));
    app.home();
  }

  function stop() {
    node.hidden = true;
    if (document.fullscreenElement) document.exitFullscreen?.().catch(() => null);
    full = false;
    dispatchEvent(new Event('resize'));
    app.panel.show();
    app.home();
    const seen = [came, app.root.querySelector('.fm-menu-box > button')].find(
      (node2) => node2?.offsetParent && node2 !== document.body,
    );
    (seen ?? app.stage).focus({ preventScroll: true });
  }

  const STEPS = {
    'ArrowRight': 1,
    'PageDown': 1,
    'ArrowDown': 1,
    ' ': 1,
    'ArrowLeft': -1,
    'PageUp': -1,
    'ArrowUp': -1,
  };
  document.addEventListener(
    'keydown',
    (event) => {
      if (node.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
      const onButton = document.activeElement?.matches?.('button'),
        step = onButton && event.key === ' ' ? null : STEPS[event.key];
      if (event.key === 'Escape') app.set({ present: false }, false);
      else if (step) go(at + step);
      else if (event.key === 'Home') go(0);
      else if (event.key === 'End') go(last);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
  document.addEventListener('fullscreenchange', () => {
    if (full && !document.fullscreenElement && store.get().present) app.set({ present: false }, false);
  });
  store.on((now, before, changed) => {
    if (changed.has('present')) {
      if (now.present) start();
      else stop();
    } else if (now.present && changed.has('lang')) write();
    else if (now.present && changed.has('chapter')) {
      const found = facts.chapters.findIndex((c) => c.id === now.chapter) + 1;
      if (found && found !== at) {
        at = found;
        write();
      }
    }
  });
  return { node };
}
