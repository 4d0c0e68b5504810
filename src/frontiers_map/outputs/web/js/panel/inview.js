// What is in view, as a list: the map for those who do not use a pointer.

import { el } from '../base/dom.js';

const KINDS = ['feature', 'place', 'terminal', 'gate', 'route', 'link'];

// Keys of the features drawn in the visible part of the map, symbols from west to east first.
export function keysInView(app) {
  const { points, lines } = app.scene.hits(),
    inset = app.insets(),
    f = app.camera.frame();
  const [west, north] = app.scene.at(inset.left, inset.top),
    [east, south] = app.scene.at(f.width - inset.right + 40, f.height - inset.bottom);
  const inside = (x, y) => x > west && x < east && y > north && y < south;
  const marks = points
    .filter(({ x, y }) => inside(x, y))
    .sort((a, b) => a.x - b.x)
    .map(({ key }) => key);
  const ways = lines
    .filter(({ p }) => {
      for (let i = 0; i < p.length; i += 2) if (inside(p[i], p[i + 1])) return true;
      return false;
    })
    .map(({ key }) => key);
  return [...new Set([...marks, ...ways])].filter((key) => key !== 'route:own');
}

export function inView(app) {
  const w = app.w(),
    head = el('h3', {}),
    body = el('div', {});
  const node = el('section', { class: 'fm-layer fm-inview' }, head, body);
  // The same nodes whenever the list is written: what is open stays open, and a card that closes
  // finds the button it was opened from.
  const groups = new Map(),
    items = new Map();
  const made = (kept, key, make) => {
    if (!kept.has(key)) kept.set(key, make());
    return kept.get(key);
  };
  const groupOf = () => {
    const summary = el('summary', {}),
      list = el('ul', { class: 'fm-inview-list' });
    return { group: el('details', {}, summary, list), summary, list };
  };
  const itemOf = (key) =>
    el(
      'li',
      {},
      el(
        'button',
        {
          type: 'button',
          class: 'fm-link',
          onclick: () => {
            chosen = key;
            app.select(key);
            app.card.focus();
          },
        },
        w.text(app.atlas.find(key).name),
      ),
    );
  let before = null,
    timer = 0,
    chosen = '';
  // The list follows the picture: it is written when the next frames have been drawn.
  const update = () => {
    clearTimeout(timer);
    timer = setTimeout(write, 200);
  };
  const write = () => {
    // not while a card is open that was opened from here: it gives the focus back
    if (app.store.get().tab !== 'layers' || (chosen && app.store.get().selected === chosen)) return;
    chosen = '';
    if (!app.scene?.frame()) {
      update();
      return;
    }
    const keys = keysInView(app);
    if (keys.join() === before) return;
    before = keys.join();
    head.textContent = w.t('in_view', { n: keys.length });
    const focused = /** @type {HTMLElement | null} */ (
      body.contains(document.activeElement) ? document.activeElement : null
    );
    body.replaceChildren(
      ...KINDS.map((kind) => {
        const found = keys
          .filter((key) => key.startsWith(`${kind}:`))
          .sort((a, b) => w.text(app.atlas.find(a).name).localeCompare(w.text(app.atlas.find(b).name), w.lang));
        if (!found.length) return null;
        const { group, summary, list } = made(groups, kind, groupOf);
        summary.textContent = `${w.t(`kinds_${kind}`)} (${found.length})`;
        list.replaceChildren(...found.map((key) => made(items, key, () => itemOf(key))));
        return group;
      }).filter(Boolean),
    );
    if (focused && document.contains(focused)) focused.focus();
  };
  return { node, update };
}

// On the map itself: n and p step through what is in view, Enter goes to the card.
export function walkMap(app) {
  app.stage.addEventListener('keydown', (event) => {
    const step = { n: 1, N: 1, p: -1, P: -1 }[event.key];
    if (step && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const keys = keysInView(app).filter((key) => !key.startsWith('link:'));
      if (!keys.length) return;
      const at = keys.indexOf(app.store.get().selected),
        next = keys.at(at < 0 && step < 0 ? -1 : (at + step) % keys.length);
      event.preventDefault();
      app.select(next);
      app.say(app.w().text(app.atlas.find(next).name));
    } else if (event.key === 'Enter' && app.store.get().selected) {
      event.preventDefault();
      app.card.focus();
    }
  });
}
