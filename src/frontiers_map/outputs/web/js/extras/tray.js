// Where the tools lie: a small stack of panels at the lower edge of the map.

import { el } from '../base/dom.js';

export function createTray(app) {
  const node = el('div', { 'class': 'fm-tray', 'data-cover': '' });
  app.root.append(node);
  return {
    add: (part) => node.append(part),
    // Names keep off it: the page measures again what covers the map.
    changed: () => dispatchEvent(new Event('resize')),
  };
}
