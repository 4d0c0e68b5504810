// Which layers a chapter shows.

import { LAYERS } from './model.js';

// Layers that a chapter does not name are off in it. A chapter that names none shows all but the
// links between capitals.
export function offFor(chapter) {
  const named = chapter?.layers ?? [];
  if (!named.length) return ['links'];
  const on = new Set(named.flatMap((id) => (id === 'regions' ? ['indo_pacific', 'mediterranean'] : [id])));
  if (on.has('indo_pacific') && on.has('mediterranean')) on.add('overlaps');
  return LAYERS.filter((id) => !on.has(id) && id !== 'borders' && id !== 'sea_labels');
}
