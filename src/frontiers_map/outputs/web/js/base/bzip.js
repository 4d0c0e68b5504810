// Bytes out of bzip2, which packs the words of an atlas into a quarter less than deflate, the only
// form that all browsers unpack by themselves. Sums that guard it against damage are not held.

const BLOCK = 0x314159,
  GROUP = 50,
  RUN = 4;

// Reads up to 24 bits, most significant first; `peek` leaves them where they are.
function bitReader(bytes) {
  let at = 0,
    held = 0,
    count = 0;
  const peek = (n) => {
    for (; count < n; count += 8) {
      held = (held << 8) | bytes[at];
      at += 1;
    }
    return (held >>> (count - n)) & ((1 << n) - 1);
  };
  const read = (n) => {
    const value = peek(n);
    count -= n;
    return value;
  };
  return {
    read,
    peek,
    skip: (n) => {
      count -= n;
    },
  };
}

// Which bytes there are in a block.
function alphabet(read) {
  const found = [],
    sixteen = read(16);
  for (let i = 0; i < 16; i += 1) {
    const part = sixteen & (0x8000 >> i) ? read(16) : 0;
    for (let k = 0; k < 16; k += 1) if (part & (0x8000 >> k)) found.push(16 * i + k);
  }
  return Uint8Array.from(found);
}

function toFront(list, at) {
  const value = list[at];
  for (let i = at; i > 0; i -= 1) list[i] = list[i - 1];
  list[0] = value;
  return value;
}

function selectors(read, tables) {
  const order = Uint8Array.from({ length: tables }, (_, i) => i);
  return Uint8Array.from({ length: read(15) }, () => {
    let at = 0;
    while (read(1)) at += 1;
    return toFront(order, at);
  });
}

// A canonical code, as a table: the next bits, as many as the longest code has, to symbol and length.
function huffman({ read, peek, skip }, size) {
  const lengths = [];
  for (let i = 0, length = read(5); i < size; i += 1) {
    while (read(1)) length += read(1) ? -1 : 1;
    lengths.push(length);
  }
  const longest = Math.max(...lengths),
    table = new Uint16Array(2 ** longest);
  let at = 0;
  for (let length = 1; length <= longest; length += 1) {
    for (let i = 0; i < size; i += 1) {
      if (lengths[i] === length) table.fill(32 * i + length, at, (at += 2 ** (longest - length)));
    }
  }
  return () => {
    const found = table[peek(longest)];
    skip(found & 31);
    return found >>> 5;
  };
}

// The bytes of a block in the order of what follows each, and how many there are of each.
function sorted(bits, room) {
  const { read } = bits,
    front = alphabet(read),
    end = front.length + 1,
    tables = read(3),
    chosen = selectors(read, tables);
  const codes = Array.from({ length: tables }, () => huffman(bits, front.length + 2)),
    seen = new Int32Array(256);
  let n = 0,
    run = 0,
    place = 1;
  for (let k = 0; ; k += 1) {
    const symbol = codes[chosen[Math.floor(k / GROUP)]]();
    if (symbol < 2) {
      run += place << symbol;
      place *= 2;
      continue;
    }
    if (run) {
      room.fill(front[0], n, n + run);
      seen[front[0]] += run;
      n += run;
      run = 0;
      place = 1;
    }
    if (symbol === end) return { n, seen };
    seen[(room[n] = toFront(front, symbol - 1))] += 1;
    n += 1;
  }
}

// Runs of four bytes are followed by how many more there are.
function unrolled(byteAt, n) {
  let out = new Uint8Array(2 * n),
    to = 0,
    before = -1,
    same = 0;
  for (let i = 0; i < n; i += 1) {
    const byte = byteAt();
    if (same === RUN) {
      if (to + byte + n > out.length) {
        const wider = new Uint8Array(2 * (to + byte + n));
        wider.set(out);
        out = wider;
      }
      out.fill(before, to, (to += byte));
      same = 0;
    } else {
      same = byte === before ? same + 1 : 1;
      before = byte;
      out[to] = byte;
      to += 1;
    }
  }
  return out.subarray(0, to);
}

function block(bits, size) {
  const room = new Uint32Array(size);
  bits.read(24);
  bits.read(9);
  let at = bits.read(24);
  const { n, seen } = sorted(bits, room),
    begin = new Int32Array(256);
  for (let i = 1; i < 256; i += 1) begin[i] = begin[i - 1] + seen[i - 1];
  for (let i = 0; i < n; i += 1) room[begin[room[i] & 255]++] |= i << 8;
  at = room[at] >>> 8;
  return unrolled(() => {
    const found = room[at];
    at = found >>> 8;
    return found & 255;
  }, n);
}

export function bunzip(bytes) {
  const bits = bitReader(bytes),
    parts = [];
  bits.read(24);
  const most = (bits.read(8) - 48) * 1e5;
  while (bits.read(24) === BLOCK) {
    bits.read(24);
    parts.push(block(bits, most));
  }
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((to, part) => {
    out.set(part, to);
    return to + part.length;
  }, 0);
  return out;
}
