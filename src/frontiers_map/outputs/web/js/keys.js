// Keys that work anywhere on the page, unless the reader is in a field, a tab or on the map.

import { turn } from './panel/story.js';

export function watchKeys(app) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const node = document.activeElement,
      field = node?.matches?.('input, select, textarea, [role=tab], [role=menuitem]');
    const state = app.store.get();
    if (event.key === 'Escape') {
      if (app.picking) app.picking = null;
      else if (state.present) app.set({ present: false });
      else if (state.selected) app.select(null);
      return;
    }
    if (field) return;
    if (event.key === '/') {
      event.preventDefault();
      app.root.querySelector('.fm-search-field')?.focus();
      return;
    }
    const onMap = app.stage.contains(node);
    if (state.tab === 'story' && (!onMap || state.present)) {
      const step = { ArrowRight: 1, ArrowLeft: -1, PageDown: 1, PageUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        turn(app, step);
      }
    }
  });
}
