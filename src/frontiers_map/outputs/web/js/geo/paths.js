// Paths of many vertices. A browser takes a path that is written out several times as fast as one
// that is told vertex by vertex; so it is written, in whole numbers of this many to a world unit.

const FINE = 1e4;

// `trace(pen)` moves a pen with moveTo, lineTo and closePath, in world units. The path can be
// traced `again` on an object of another class, as a picture in vectors does.
// In pixels fewer parts of a unit will do.
export function tracedPath(trace, fine = FINE) {
  let text = '';
  trace({
    moveTo: (x, y) => {
      text += `M${Math.round(x * fine)} ${Math.round(y * fine)}`;
    },
    lineTo: (x, y) => {
      text += `L${Math.round(x * fine)} ${Math.round(y * fine)}`;
    },
    closePath: () => {
      text += 'Z';
    },
  });
  const path = new Path2D();
  path.addPath(new Path2D(text), new DOMMatrix([1 / fine, 0, 0, 1 / fine, 0, 0]));
  path.again = (Kept) => {
    const kept = new Kept();
    trace(kept);
    return kept;
  };
  return path;
}
