// What lies under the pointer, and what a click on it does.

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
    app.select(hit(x, y, event?.pointerType === 'touch' || app.phone()));
    if (card.isOpen()) camera.uncover(x, y, card.node.getBoundingClientRect(), app.phone());
  });
  camera.on('hover', (x, y) => {
    const key = x < 0 || camera.isMoving() ? null : hit(x, y, false);
    stage.classList.toggle('is-over', Boolean(key) && !key.startsWith('region:'));
  });
}
