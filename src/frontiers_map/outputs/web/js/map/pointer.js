// What lies under the pointer, and what a click on it does.

import { el } from '../base/dom.js';
import { northing } from '../geo/geo.js';
import { spot } from '../geo/projection.js';
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
  const offer = createOffer(app, camera);
  camera.on('click', (x, y, event) => {
    offer.close();
    if (app.picking) {
      app.picking(x, y);
      return;
    }
    if (app.onMapClick?.(x, y, event)) return;
    const key = hit(x, y, event?.pointerType === 'touch' || app.phone());
    app.select(key);
    if (!key || key.startsWith('region:')) offer.open(x, y);
    if (card.isOpen()) camera.uncover(x, y, card.node.getBoundingClientRect(), app.phone());
  });
  camera.on('hover', (x, y) => {
    const key = x < 0 || camera.isMoving() ? null : hit(x, y, false);
    stage.classList.toggle('is-over', Boolean(key) && !key.startsWith('region:'));
  });
}

// A click at sea where nothing else lies offers the place as an end of a route of the reader's own,
// until anything else is done.
function createOffer(app, camera) {
  let node = null,
    at = null;
  const close = () => {
    node?.remove();
    node = null;
  };
  const stand = () => {
    if (!node) return;
    const [x, y] = spot(camera.frame(), at[0], northing(at[1]), 0) ?? [-999, 0],
      { left, right } = app.insets(),
      half = node.offsetWidth / 2 + 8,
      middle = Math.max(left + half, Math.min(innerWidth - right - half, x));
    node.style.translate = `calc(${middle}px - 50%) calc(${y}px + ${y > 90 ? '-100% - 12px' : '12px'})`;
  };
  const end = (key) =>
    el(
      'button',
      {
        type: 'button',
        onclick: () => {
          // The form is made when its tab first opens; a card would lie on it on a phone.
          app.set({ tab: 'scenarios', selected: null });
          app.endHere(key, at);
        },
      },
      app.w().t(key),
    );
  camera.on('move', stand);
  app.store.on((now, before, changed) => {
    if ([...changed].some((key) => key !== 'view')) close();
  });
  addEventListener('keydown', (event) => event.key === 'Escape' && close());
  return {
    close,
    open(x, y) {
      const { embed, present } = app.store.get();
      at = camera.degrees(x, y);
      if (!app.network || embed || present || !app.atSea(...at)) return;
      node = el('div', { class: 'fm-here' }, end('from_here'), end('to_here'));
      app.stage.after(node);
      stand();
    },
  };
}
