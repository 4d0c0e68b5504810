// A strait's traffic on its card: a line of ships a day by week, its reports on it, and the moment.

import { day } from '../atlas/chapters.js';
import { el, svg } from '../base/dom.js';
import { sourcesOf } from './links.js';

const WEEK = 7 * 864e5,
  WIDTH = 280,
  HEIGHT = 64,
  AROUND = 8;
const mean = (values) => (values.length ? values.reduce((a, b) => a + b, 0) / values.length : null);

// Weeks of a gate: when each begins, and ships a day, or null where none were counted.
export function weeksOf(found) {
  const first = Date.parse(found.from);
  return found.ships.map((n, i) => ({ time: first + i * WEEK, ships: n === null ? null : n / found.scale }));
}

// Means of the weeks that end before a day, and of those that begin on or after it.
export function around(weeks, time) {
  const counted = weeks.filter((week) => week.ships !== null);
  const before = counted
    .filter((week) => week.time + WEEK <= time)
    .slice(-AROUND)
    .map((week) => week.ships);
  const after = counted
    .filter((week) => week.time >= time)
    .slice(0, AROUND)
    .map((week) => week.ships);
  return [mean(before), mean(after)];
}

export function transitsOf(app, row, reports, at) {
  const found = app.facts.transits?.[row.id];
  if (!found) return null;
  const w = app.w(),
    weeks = weeksOf(found),
    values = weeks.map((week) => week.ships).filter((n) => n !== null);
  const low = Math.min(...values),
    high = Math.max(...values),
    top = Math.max(high, 1),
    span = Math.max(weeks.length - 1, 1);
  const number = (n) => w.number(n, top < 20 ? 1 : 0),
    x = (time) => ((time - weeks[0].time) / WEEK / span) * WIDTH;
  const y = (n) => HEIGHT - 2 - (n / top) * (HEIGHT - 6),
    round = (n) => Math.round(n * 10) / 10;
  const line = weeks
    .map((week, i) =>
      week.ships === null
        ? ''
        : `${i && weeks[i - 1].ships !== null ? 'L' : 'M'}${round(x(week.time))} ${round(y(week.ships))}`,
    )
    .join('');
  const inside = (time) => time >= weeks[0].time && time <= weeks[span].time + WEEK;
  const mark = (time, name) => svg('line', { class: name, x1: round(x(time)), x2: round(x(time)), y1: 0, y2: HEIGHT });
  const now = Date.parse(day(at)),
    [before, after] = around(weeks, now);
  return el(
    'section',
    { class: 'fm-transits' },
    el('h3', { text: w.t('transits_weekly') }),
    svg(
      'svg',
      {
        'viewBox': `0 0 ${WIDTH} ${HEIGHT}`,
        'role': 'img',
        'aria-label': w.t('transits_shape', {
          name: w.text(row.name),
          first: w.date(found.from),
          last: w.date(found.to),
          low: number(low),
          high: number(high),
        }),
      },
      ...reports
        .map((report) => Date.parse(day(report.date)))
        .filter(inside)
        .map((time) => mark(time, 'fm-transits-report')),
      svg('path', { d: line, class: 'fm-transits-line' }),
      inside(now) ? mark(now, 'fm-transits-now') : null,
    ),
    el('p', {
      text:
        before !== null && after !== null
          ? w.t('transits_around', { before: number(before), after: number(after), date: w.date(at) })
          : w.t('transits_latest', { n: number(values.at(-1)) }),
    }),
    el('p', {
      class: 'fm-quiet',
      text: w.t('transits_data', { date: w.date(found.to), report: w.date(app.facts.record_to) }),
    }),
    sourcesOf(app, found.source, true),
  );
}
