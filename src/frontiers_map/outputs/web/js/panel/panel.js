// The panel: head, tabs, and the tab that is open. On a phone it is a sheet of three heights.

import { el } from '../base/dom.js';
import { createHead } from './head.js';
import { layersTab } from './layers.js';
import { routesTab } from './routes.js';
import { scenariosTab } from './scenarios.js';
import { sourcesTab } from './sources.js';
import { enterAgain, storyTab } from './story.js';

/** @type {[string, (app: any) => any][]} */
const TABS = [
  ['story', storyTab],
  ['layers', layersTab],
  ['scenarios', scenariosTab],
  ['routes', routesTab],
  ['sources', sourcesTab],
];
const HEIGHTS = ['low', 'mid', 'tall'];

// An atlas without chapters has no story, one without straits or harbours nothing to close.
const hasTab = ({ facts, network }, id) =>
  ({
    story: facts.chapters.length > 0,
    scenarios: facts.gates.length > 0 || network !== null,
    routes: facts.routes.length > 0,
  })[id] ?? true;

export function createPanel(app) {
  const head = createHead(app);
  const grip = el('button', { class: 'fm-grip', type: 'button' }, el('span', { class: 'fm-grip-bar' }));
  const bar = el('div', { class: 'fm-tabs', role: 'tablist' });
  const body = el('div', { class: 'fm-body', role: 'tabpanel', id: 'fm-tabpanel', tabindex: '-1' });
  const node = el('aside', { 'class': 'fm-panel', 'data-cover': '', 'data-height': 'mid' }, grip, head.node, bar, body);
  const tabs = TABS.filter(([id]) => hasTab(app, id));
  const buttons = tabs.map(([id], i) => {
    const button = el('button', {
      'class': 'fm-tab',
      'role': 'tab',
      'type': 'button',
      'id': `fm-tab-${id}`,
      'aria-controls': 'fm-tabpanel',
      'onclick': () => choose(id),
      'onkeydown': (event) => walk(event, i),
    });
    bar.append(button);
    return button;
  });
  const choose = (id) => {
    if (app.phone() && node.dataset.height === 'low') setHeight('mid');
    // Back to the story is back to the map that the chapter speaks of.
    if (id === 'story' && app.store.get().tab !== 'story') enterAgain(app);
    else app.set({ tab: id });
  };
  const walk = (event, i) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const goal =
      event.key === 'Home'
        ? 0
        : event.key === 'End'
          ? tabs.length - 1
          : step
            ? (i + step + tabs.length) % tabs.length
            : null;
    if (goal === null) return;
    event.preventDefault();
    event.stopPropagation();
    choose(tabs[goal][0]);
    buttons[goal].focus();
  };
  const made = new Map();
  let open = null,
    language = null;

  const setHeight = (height) => {
    node.dataset.height = height;
    grip.setAttribute('aria-label', app.w().t('sheet', { height: app.w().t(`height_${height}`) }));
    requestAnimationFrame(() => dispatchEvent(new Event('resize')));
  };
  dragSheet(grip, node, setHeight);

  function update(given, changed) {
    const now = tabs.some(([id]) => id === given.tab) ? given : { ...given, tab: 'layers' },
      w = app.w();
    if (now.lang !== language) {
      language = now.lang;
      buttons.forEach((b, i) => {
        b.textContent = w.t(`tab_${tabs[i][0]}`);
      });
      bar.setAttribute('aria-label', w.t('tabs'));
      node.setAttribute('aria-label', w.text(app.facts.title));
      grip.setAttribute('aria-label', w.t('sheet', { height: w.t(`height_${node.dataset.height}`) }));
      made.forEach((tab) => tab.end?.());
      made.clear();
      open = null;
    }
    head.update(now);
    if (open !== now.tab) {
      open = now.tab;
      if (!made.has(open)) made.set(open, TABS.find(([id]) => id === open)[1](app));
      body.replaceChildren(made.get(open).node);
      body.scrollTop = 0;
      body.setAttribute('aria-labelledby', `fm-tab-${open}`);
      buttons.forEach((b, i) => {
        b.setAttribute('aria-selected', String(tabs[i][0] === open));
        b.tabIndex = tabs[i][0] === open ? 0 : -1;
      });
      made.get(open).update(now, null);
    } else {
      made.get(open).update(now, changed);
    }
  }
  // The panel comes back after it was hidden: as long as it was, nothing in it could be scrolled.
  const show = () => {
    open = null;
    update(app.store.get(), null);
  };
  return { node, update, show, body, setHeight, recolour: () => made.forEach((tab) => tab.recolour?.()) };
}

// The grip steps through the heights when tapped and follows the finger when dragged.
function dragSheet(grip, node, setHeight) {
  let from = null;
  grip.addEventListener('pointerdown', (event) => {
    from = { y: event.clientY, height: node.getBoundingClientRect().height, moved: false };
    grip.setPointerCapture(event.pointerId);
  });
  grip.addEventListener('pointermove', (event) => {
    if (!from) return;
    const by = from.y - event.clientY;
    if (Math.abs(by) > 6) from.moved = true;
    if (from.moved) node.style.height = `${Math.max(90, Math.min(innerHeight * 0.94, from.height + by))}px`;
  });
  const end = () => {
    if (!from) return;
    const share = node.getBoundingClientRect().height / innerHeight,
      { moved } = from;
    from = null;
    node.style.height = '';
    if (moved) setHeight(share < 0.3 ? 'low' : share < 0.7 ? 'mid' : 'tall');
    grip.dataset.dragged = moved ? '1' : '';
  };
  grip.addEventListener('pointerup', end);
  grip.addEventListener('pointercancel', end);
  grip.addEventListener('click', () => {
    if (grip.dataset.dragged) {
      grip.dataset.dragged = '';
      return;
    }
    setHeight(HEIGHTS[(HEIGHTS.indexOf(node.dataset.height) + 1) % 3]);
  });
}
