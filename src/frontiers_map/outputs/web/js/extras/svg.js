// A drawing context that keeps what it is told and gives it back as SVG: the painter draws on it
// as on a canvas. Shapes come out in pixels, text stays text. Only what the painter uses is here.

const q = (v) => String(Math.round(v * 10) / 10);

export const escapeXml = (text) =>
  String(text)
    // What XML does not allow at all, and marks that turn the direction of what follows.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

// A path that remembers: a list of [letter, x, y, …], in the units it was given.
export class KeptPath {
  constructor() {
    this.ops = [];
  }

  moveTo(x, y) {
    this.ops.push(['M', x, y]);
  }

  lineTo(x, y) {
    this.ops.push(['L', x, y]);
  }

  quadraticCurveTo(a, b, x, y) {
    this.ops.push(['Q', a, b, x, y]);
  }

  closePath() {
    this.ops.push(['Z']);
  }

  roundRect(x, y, w, h, r) {
    this.ops.push(
      ['M', x + r, y],
      ['L', x + w - r, y],
      ['Q', x + w, y, x + w, y + r],
      ['L', x + w, y + h - r],
      ['Q', x + w, y + h, x + w - r, y + h],
      ['L', x + r, y + h],
      ['Q', x, y + h, x, y + h - r],
      ['L', x, y + r],
      ['Q', x, y, x + r, y],
      ['Z'],
    );
  }

  // Whole circles only, as eight curves: what the painter draws.
  arc(x, y, r) {
    const at = (i, k = 1) => [x + k * r * Math.cos((i * Math.PI) / 4), y + k * r * Math.sin((i * Math.PI) / 4)];
    this.ops.push(['M', ...at(0)]);
    for (let i = 0; i < 8; i += 1) this.ops.push(['Q', ...at(i + 0.5, 1 / Math.cos(Math.PI / 8)), ...at(i + 1)]);
    this.ops.push(['Z']);
  }
}

// Drawing operations -> the `d` of a path, in tenths of a pixel. Points that fall on the last one
// are left out; with `window`, so is what of a line lies wholly beyond one side of it.
export function pathData(ops, /** @type {number[]} */ [a, b, c, d, e, f], window = null) {
  const out = [],
    far = 40;
  let lx = null,
    ly = null,
    px = 0,
    py = 0,
    pen = false;
  const beyond = (x, y, u, v) =>
    window &&
    (Math.max(x, u) < -far ||
      Math.min(x, u) > window.width + far ||
      Math.max(y, v) < -far ||
      Math.min(y, v) > window.height + far);
  for (const op of ops) {
    if (op[0] === 'Z') {
      if (pen) out.push('Z');
      continue;
    }
    const n = op.length,
      x = a * op[n - 2] + c * op[n - 1] + e,
      y = b * op[n - 2] + d * op[n - 1] + f;
    const tx = q(x),
      ty = q(y);
    if (op[0] === 'M') {
      pen = false;
    } else if (beyond(px, py, x, y)) {
      pen = false;
    } else {
      if (!pen) {
        out.push(`M${q(px)} ${q(py)}`);
        [lx, ly, pen] = [q(px), q(py), true];
      }
      if (op[0] === 'Q') out.push(`Q${q(a * op[1] + c * op[2] + e)} ${q(b * op[1] + d * op[2] + f)} ${tx} ${ty}`);
      else if (tx !== lx || ty !== ly) out.push(`L${tx} ${ty}`);
      [lx, ly] = [tx, ty];
    }
    [px, py] = [x, y];
  }
  return out.join('');
}

const multiply = (/** @type {number[]} */ [a, b, c, d, e, f], /** @type {number[]} */ [A, B, C, D, E, F]) => [
  a * A + c * B,
  b * A + d * B,
  a * C + c * D,
  b * C + d * D,
  a * E + c * F + e,
  b * E + d * F + f,
];

const BEGIN = {
  fillStyle: '#000',
  strokeStyle: '#000',
  lineWidth: 1,
  lineCap: 'butt',
  lineJoin: 'miter',
  globalAlpha: 1,
  font: '10px sans-serif',
  textAlign: 'start',
  textBaseline: 'alphabetic',
  letterSpacing: '0px',
};

// `real` is a canvas context that measures text and makes patterns.
export function createRecorder(width, height, real) {
  const out = [],
    defs = [],
    stack = [],
    patterns = new Map();
  let path = new KeptPath(),
    matrix = [1, 0, 0, 1, 0, 0],
    dash = [],
    named = false,
    halo = null;
  let run = null;

  /** @type {Record<string, any>} */
  const ctx = { ...BEGIN, canvas: null };
  const emit = (line) => out.push(line);
  const put = (name, value) => (value === null || value === undefined || value === '' ? '' : ` ${name}="${value}"`);
  const opacity = (name, value = ctx.globalAlpha) =>
    value < 0.995 ? ` ${name}="${Math.round(value * 1000) / 1000}"` : '';

  const paint = (style) => {
    if (typeof style === 'string') return escapeXml(style);
    const s = style?.texture;
    if (!s) return 'none';
    const x = ((matrix[4] % s.size) + s.size) % s.size,
      y = ((matrix[5] % s.size) + s.size) % s.size;
    const key = [s.name, s.colour, s.ground, q(x), q(y)].join();
    if (!patterns.has(key)) {
      patterns.set(key, `texture${patterns.size + 1}`);
      const ground = s.ground ? `<rect width="${s.size}" height="${s.size}" fill="${escapeXml(s.ground)}"/>` : '';
      defs.push(
        `<pattern id="${patterns.get(key)}" patternUnits="userSpaceOnUse" x="${q(x)}" y="${q(y)}" width="${s.size}" height="${s.size}">` +
          `${ground}<path d="${s.d}" stroke="${escapeXml(s.colour)}" stroke-width="${s.width}" stroke-linecap="${s.cap}"/></pattern>`,
      );
    }
    return `url(#${patterns.get(key)})`;
  };

  const shape = (given, window) => {
    if (!given) return { d: pathData(path.ops, [1, 0, 0, 1, 0, 0], window), transform: '' };
    // A symbol is kept as it is written in the atlas.
    if (given.d) return { d: given.d, transform: `matrix(${matrix.map((v) => Math.round(v * 1e4) / 1e4).join(' ')})` };
    const kept = given.ops ? given : (given.kept ?? (given.kept = given.again(KeptPath)));
    const data = pathData(kept.ops, matrix, window);
    if (!given.ops) delete given.kept;
    return { d: data, transform: '' };
  };

  // Letters set one by one along a line come out as one text with a place for each.
  const flush = () => {
    if (!run) return;
    const { chars, font, colour, stroke, strokeWidth, alpha, base } = run,
      xs = [],
      ys = [],
      turns = [];
    real.font = font;
    for (const { text, m, w } of chars) {
      const [x, y] = [m[0] * (-w / 2) + m[2] * base + m[4], m[1] * (-w / 2) + m[3] * base + m[5]];
      xs.push(q(x));
      ys.push(q(y));
      turns.push(q((Math.atan2(m[1], m[0]) * 180) / Math.PI));
      if (text.length > 1) for (let i = 1; i < text.length; i += 1) turns.push(turns.at(-1));
    }
    emit(
      `<text x="${xs.join(' ')}" y="${ys.join(' ')}" rotate="${turns.join(' ')}"${fontOf(font)} fill="${escapeXml(colour)}"` +
        `${stroke ? ` stroke="${escapeXml(stroke)}" stroke-width="${strokeWidth}" stroke-linejoin="round" paint-order="stroke"` : ''}${opacity('opacity', alpha)}>${escapeXml(chars.map((c) => c.text).join(''))}</text>`,
    );
    run = null;
  };

  const middle = (font) => {
    real.font = font;
    real.textBaseline = 'middle';
    const low = real.measureText('x').fontBoundingBoxAscent;
    real.textBaseline = 'alphabetic';
    return real.measureText('x').fontBoundingBoxAscent - low;
  };

  const turned = () =>
    Math.abs(matrix[1]) > 1e-9 || (matrix[4] !== 0 && ctx.textBaseline === 'middle' && ctx.textAlign === 'center');

  const at = (x, y) => [matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]];

  Object.assign(ctx, {
    part(name) {
      flush();
      if (named) emit('</g>');
      named = Boolean(name);
      if (name) emit(`<g id="${name.replace(/\W+/g, '-')}" inkscape:groupmode="layer" inkscape:label="${name}">`);
    },
    save() {
      const kept = {};
      for (const key of Object.keys(BEGIN)) kept[key] = ctx[key];
      stack.push({ kept, matrix, dash });
    },
    restore() {
      const before = stack.pop();
      if (!before) return;
      Object.assign(ctx, before.kept);
      ({ matrix, dash } = before);
    },
    setTransform(a, b, c, d, e, f) {
      matrix = [a, b, c, d, e, f];
    },
    transform(...m) {
      matrix = multiply(matrix, m);
    },
    translate(x, y) {
      matrix = multiply(matrix, [1, 0, 0, 1, x, y]);
    },
    scale(x, y) {
      matrix = multiply(matrix, [x, 0, 0, y, 0, 0]);
    },
    setLineDash(list) {
      dash = list;
    },
    beginPath() {
      path = new KeptPath();
    },
    moveTo(x, y) {
      path.moveTo(...at(x, y));
    },
    lineTo(x, y) {
      path.lineTo(...at(x, y));
    },
    quadraticCurveTo(a, b, x, y) {
      path.quadraticCurveTo(...at(a, b), ...at(x, y));
    },
    closePath() {
      path.closePath();
    },
    // These come only where nothing is turned or stretched.
    arc(x, y, r) {
      path.arc(...at(x, y), r);
    },
    roundRect(x, y, w, h, r) {
      path.roundRect(...at(x, y), w, h, r);
    },
    fill(given, rule) {
      flush();
      const named2 = typeof given === 'string',
        { d, transform } = shape(named2 ? null : given),
        how = named2 ? given : rule;
      if (d)
        emit(
          `<path d="${d}"${put('transform', transform)} fill="${paint(ctx.fillStyle)}"${how === 'evenodd' ? ' fill-rule="evenodd"' : ''}${opacity('fill-opacity')}/>`,
        );
    },
    stroke(given) {
      flush();
      const { d, transform } = shape(given, { width, height }),
        k = transform ? 1 : Math.hypot(matrix[0], matrix[1]);
      const thick = Math.round(ctx.lineWidth * k * 100) / 100;
      if (d) {
        emit(
          `<path d="${d}"${put('transform', transform)} fill="none" stroke="${paint(ctx.strokeStyle)}"${thick === 1 ? '' : ` stroke-width="${thick}"`}` +
            `${dash.length ? ` stroke-dasharray="${dash.map((v) => Math.round(v * k * 100) / 100).join(' ')}"` : ''}` +
            `${ctx.lineJoin === 'miter' ? '' : ` stroke-linejoin="${ctx.lineJoin}"`}${ctx.lineCap === 'butt' ? '' : ` stroke-linecap="${ctx.lineCap}"`}${opacity('stroke-opacity')}/>`,
        );
      }
    },
    fillRect(x, y, w, h) {
      flush();
      const [u, v] = [matrix[0] * x + matrix[4], matrix[3] * y + matrix[5]];
      emit(
        `<rect x="${q(u)}" y="${q(v)}" width="${q(w * matrix[0])}" height="${q(h * matrix[3])}" fill="${paint(ctx.fillStyle)}"${opacity('fill-opacity')}/>`,
      );
    },
    measureText(text) {
      real.font = ctx.font;
      if ('letterSpacing' in real) real.letterSpacing = ctx.letterSpacing;
      return real.measureText(text);
    },
    createPattern: (canvas, repeat) => real.createPattern(canvas, repeat),
    strokeText(text, x, y) {
      if (turned()) {
        if (run?.filled) flush();
        run ??= {
          chars: [],
          font: ctx.font,
          colour: '',
          stroke: ctx.strokeStyle,
          strokeWidth: ctx.lineWidth,
          alpha: ctx.globalAlpha,
          filled: false,
          base: middle(ctx.font),
        };
        return;
      }
      halo = { text, x, y, stroke: ctx.strokeStyle, width: ctx.lineWidth, alpha: ctx.globalAlpha };
    },
    fillText(text, x, y, most) {
      if (turned()) {
        run ??= { chars: [], font: ctx.font, stroke: '', alpha: ctx.globalAlpha, base: middle(ctx.font) };
        real.font = ctx.font;
        run.filled = true;
        run.colour = ctx.fillStyle;
        run.chars.push({ text, m: [...matrix], w: real.measureText(text).width });
        return;
      }
      flush();
      const plain = matrix[0] === 1 && matrix[3] === 1 && matrix[2] === 0;
      const spot = plain ? at(x, y) : [x, y];
      const shift = ctx.textBaseline === 'middle' ? middle(ctx.font) : 0;
      const anchor = { center: 'middle', right: 'end', end: 'end' }[ctx.textAlign];
      const edge = halo && halo.text === text && halo.x === x && halo.y === y ? halo : null;
      // As wide as it was drawn, whatever letters the program has that opens the file.
      const spacing = Number.parseFloat(ctx.letterSpacing),
        wide = ctx.measureText(text).width,
        long = Math.min(wide, most ?? wide);
      emit(
        `<text x="${q(spot[0])}" y="${q(spot[1] + shift)}"${plain ? '' : ` transform="matrix(${matrix.map((v) => Math.round(v * 1e4) / 1e4).join(' ')})"`}${put('text-anchor', anchor)}${fontOf(ctx.font)}` +
          `${spacing ? ` letter-spacing="${spacing}"` : ''} fill="${paint(ctx.fillStyle)}"` +
          `${edge ? ` stroke="${escapeXml(edge.stroke)}" stroke-width="${edge.width}" stroke-linejoin="round"${opacity('stroke-opacity', edge.alpha)} paint-order="stroke"` : ''}${opacity('fill-opacity')}` +
          `${long > 0 ? ` textLength="${q(long)}" lengthAdjust="spacingAndGlyphs"` : ''}>${escapeXml(text)}</text>`,
      );
      halo = null;
    },
  });

  // Put another drawing into this one, its corner at x, y, cut at its frame.
  const nest = (inner, x, y, w, h, prefix) => {
    flush();
    const rename = (text) => text.replace(/(id="|url\(#)(texture\d+)/g, `$1${prefix}$2`);
    const { body, defs: more } = inner.parts();
    defs.push(rename(more), `<clipPath id="${prefix}frame"><rect width="${q(w)}" height="${q(h)}"/></clipPath>`);
    emit(`<g transform="translate(${q(x)} ${q(y)})"><g clip-path="url(#${prefix}frame)">${rename(body)}</g></g>`);
  };

  const parts = () => {
    ctx.part(null);
    return { body: out.join('\n'), defs: defs.join('\n') };
  };

  // `head` is markup that has been made safe: title, description, fonts.
  const text = ({ lang, head }) => {
    const { body, defs: made } = parts();
    return (
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" width="${q(width)}" height="${q(height)}" viewBox="0 0 ${q(width)} ${q(height)}" xml:lang="${lang}" role="img">\n` +
      `${head}\n<defs>${made}</defs>\n${body}\n</svg>\n`
    );
  };

  ctx.canvas = { width, height, style: {}, getContext: () => ctx };
  return { canvas: ctx.canvas, ctx, nest, parts, text };
}

// `italic 600 12px "Atlas Sans", …` as attributes. The families' own names follow the page's.
function fontOf(font) {
  const [, style, weight, size, families] = /^(italic )?(\d+|bold)?\s*([\d.]+)px (.+)$/.exec(font) ?? [
    null,
    '',
    '',
    '10',
    'sans-serif',
  ];
  const full = families
    .replace('"Atlas Sans"', '"Atlas Sans", "Source Sans 3", "Source Sans Pro"')
    .replace('"Atlas Serif"', '"Atlas Serif", "Source Serif 4", "Source Serif Pro"');
  return ` font-family="${full.replaceAll('"', "'")}" font-size="${size}"${style ? ' font-style="italic"' : ''}${weight && weight !== '400' ? ` font-weight="${weight}"` : ''}`;
}
