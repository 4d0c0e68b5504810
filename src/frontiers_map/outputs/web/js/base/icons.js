// The page's few icons, as paths on a 24-unit square.

import { svg } from './dom.js';

const PATHS = {
  search: 'M10.5 4a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13 M15.5 15.5L21 21',
  link: 'M9.5 14.5l5-5 M8 11l-2.5 2.5a3.5 3.5 0 0 0 5 5L13 16 M16 13l2.5-2.5a3.5 3.5 0 0 0-5-5L11 8',
  picture: 'M3.5 5h17v14h-17z M3.5 16l5-5 4 4 3-3 5 5 M15.5 8.5v1',
  print: 'M7 8V3.5h10V8 M7 17H3.5V8h17v9H17 M7 14h10v6.5H7z',
  more: 'M5 12h.01 M12 12h.01 M19 12h.01',
  close: 'M5 5l14 14 M19 5L5 19',
  plus: 'M12 5v14 M5 12h14',
  minus: 'M5 12h14',
  home: 'M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18 M3 12h18 M12 3c-5 5-5 13 0 18 M12 3c5 5 5 13 0 18',
  globe: 'M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18 M4.2 8q7.8 3.2 15.6 0 M4.2 16.5q7.8-3.6 15.6 0',
  flat: 'M3 6h18v12H3z M3 12h18 M9 6v12 M15 6v12',
  screen: 'M3 5h18v11H3z M12 16v4 M8 20h8',
  measure: 'M3 15L15 3l6 6L9 21z M7 11l2 2 M10 8l2.5 2.5 M13 5l2 2',
  target: 'M12 5.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13 M12 2.5v6 M12 15.5v6 M2.5 12h6 M15.5 12h6',
};

export const icon = (name) =>
  svg(
    'svg',
    {
      'viewBox': '0 0 24 24',
      'width': '18',
      'height': '18',
      'fill': 'none',
      'stroke': 'currentColor',
      'stroke-width': name === 'more' ? '3' : '1.8',
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
      'aria-hidden': 'true',
    },
    svg('path', { d: PATHS[name] }),
  );
