// What lies under the pointer, and what a click on it does.

import { el } from '../base/dom.js';
import { hitTest } from './hit.js';

export function watchPointer(app, camera, scene) {
  const { card, stage } = app;
  const hit = (x, y, touch) =>
    hitTest(...scene.at(x, y), {
      hits: scene.hits(),
      atlas: app.atlas,
      model: app.model(),
      frame: scene.frame(),
      touch,
    });
  camera.on('click', (x, y, event) => {
    if (app.picking) {
      app.picking(x, y);
      return;
    }
    if (app.onMapClick?.(x, y, event)) return;
    const key = hit(x, y, event?.pointerType === 'touch' || app.phone());
    app.select(key);
    if (!key || key.startsWith('region:')) offer(app, x, y);
    if (card.isOpen()) camera.uncover(x, y, card.node.getBoundingClientRect(), app.phone());
  });
  camera.on('hover', (x, y) => {
    const key = x < 0 || camera.isMoving() ? null : hit(x, y, false);
    stage.classList.toggle('is-over', Boolean(key) && !key.startsWith('region:'));
  });
}

// A click where nothing else lies offers the place as an end of a route of the reader's own.
function offer(app, x, y) {
  const { embed, present } = app.store.get();
  if (!app.network || embed || present) return;
  const end = (key) =>
    el(
      'button',
      {
        type: 'button',
        class: 'fm-here',
        onclick: () => {
          app.set({ tab: 'scenarios' });
          app.endHere(key, x, y);
        },
      },
      app.w().t(key),
    );
  app.toast([end('from_here'), end('to_here')], 6000);
}
