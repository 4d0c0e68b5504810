// The view as a picture, made in the page: PNG from the same painter, SVG, and a sheet for print.

import { download } from '../base/dom.js';
import { plateCanvas } from './plate.js';

export function createPictures(app) {
  // Named for what it shows: the chapter or the tab, what is closed, the day, the language.
  const name = (type) => {
    const { tab, chapter, closed, own, date, lang } = app.store.get(),
      what = tab === 'story' && chapter ? chapter : tab;
    const shut =
      closed.length > 3 ? `${closed.length}-closed` : closed.length ? `closed-${[...closed].sort().join('-')}` : '';
    const parts = [
      app.facts.atlas,
      app.facts.page,
      what,
      own ? 'own-route' : '',
      shut,
      date ?? app.facts.record_to,
      lang,
    ];
    return `${parts
      .filter(Boolean)
      .join('-')
      .replace(/[^\w-]+/g, '-')}.${type}`;
  };
  const canvas = () => plateCanvas(app, 2);

  function png() {
    canvas().toBlob((blob) => {
      download(name('png'), blob);
      app.say(app.w().t('saved'));
    }, 'image/png');
  }

  return { canvas, png, svg: () => app.pictureSvg?.(name('svg')), print: () => print() };
}
