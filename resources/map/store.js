// What stands on the map, as one array per property: 10 000 objects cost no garbage when they move.
// Slots are given out by Python; x and y are Web-Mercator pixels of zoom 0 (the world is 256 wide).
"use strict";
window.commandcenter = {};

(function (cc) {
  const KINDS = ["workstation", "squad", "officer", "case"]; // from the ground up; the last is most pressing
  const STATUSES = {
    workstation: ["ordinary"],
    squad: ["ordinary", "late"],
    officer: ["on_duty", "busy", "off_duty"],
    case: ["ordinary", "late", "overdue", "urgent", "suspended"],
  };
  const BUCKETS = 8192;
  const CELL = 32; // pixels of the screen; wider than the reach of a click, so nine cells are enough
  const LIMIT = 85.0511287798;

  function project(lon, lat) {
    const sin = Math.sin((Math.max(-LIMIT, Math.min(LIMIT, lat)) * Math.PI) / 180);
    return [((lon + 180) / 360) * 256, (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * 256];
  }

  class Store {
    constructor() {
      this.size = 0; // one more than the highest slot ever used
      this.count = 0;
      this.cases = 0;
      this.keys = [];
      this.labels = [];
      this.cell = 1; // side of a cell in world pixels
      this._allocate(1024);
      this.head = new Int32Array(BUCKETS).fill(-1);
    }

    _allocate(capacity) {
      const grown = (Type, old) => {
        const fresh = new Type(capacity);
        if (old) fresh.set(old);
        return fresh;
      };
      this.capacity = capacity;
      this.x = grown(Float64Array, this.x);
      this.y = grown(Float64Array, this.y);
      this.at = grown(Float64Array, this.at);
      this.heading = grown(Float32Array, this.heading);
      this.kind = grown(Uint8Array, this.kind);
      this.status = grown(Uint8Array, this.status);
      this.alive = grown(Uint8Array, this.alive);
      this.next = grown(Int32Array, this.next);
      this.previous = grown(Int32Array, this.previous);
      this.bucket = grown(Int32Array, this.bucket);
    }

    // Returns whether the set of open cases changed by it.
    put(slot, kind, key, lon, lat, status, heading, at, label) {
      while (slot >= this.capacity) this._allocate(this.capacity * 2);
      const was = this.alive[slot] ? this.keys[slot] : null;
      if (was !== null) this._forget(slot);
      this.kind[slot] = KINDS.indexOf(kind);
      this.status[slot] = STATUSES[kind].indexOf(status);
      this.keys[slot] = key;
      this.labels[slot] = label;
      this._place(slot, lon, lat, heading, at);
      this.alive[slot] = 1;
      this.count += 1;
      this.cases += kind === "case" ? 1 : 0;
      this.size = Math.max(this.size, slot + 1);
      this._link(slot);
      return kind === "case" && was !== key;
    }

    move(slot, lon, lat, heading, at) {
      this._place(slot, lon, lat, heading, at);
      const bucket = this._hash(Math.floor(this.x[slot] / this.cell), Math.floor(this.y[slot] / this.cell));
      if (bucket !== this.bucket[slot]) {
        this._unlink(slot);
        this._link(slot);
      }
    }

    gone(slot) {
      if (!this.alive[slot]) return false;
      const wasCase = KINDS[this.kind[slot]] === "case";
      this._forget(slot);
      return wasCase;
    }

    _forget(slot) {
      this._unlink(slot);
      this.alive[slot] = 0;
      this.count -= 1;
      this.cases -= KINDS[this.kind[slot]] === "case" ? 1 : 0;
    }

    _place(slot, lon, lat, heading, at) {
      const point = project(lon, lat);
      this.x[slot] = point[0];
      this.y[slot] = point[1];
      this.heading[slot] = heading === null ? NaN : heading;
      this.at[slot] = at === null ? NaN : at;
    }

    // The grid: buckets of slots that lie in the same cell, each a doubly linked list.
    _hash(cx, cy) {
      return (Math.imul(cx, 73856093) ^ Math.imul(cy, 19349663)) & (BUCKETS - 1);
    }

    _link(slot) {
      const bucket = this._hash(Math.floor(this.x[slot] / this.cell), Math.floor(this.y[slot] / this.cell));
      const first = this.head[bucket];
      this.bucket[slot] = bucket;
      this.previous[slot] = -1;
      this.next[slot] = first;
      if (first >= 0) this.previous[first] = slot;
      this.head[bucket] = slot;
    }

    _unlink(slot) {
      const before = this.previous[slot];
      const after = this.next[slot];
      if (before >= 0) this.next[before] = after;
      else this.head[this.bucket[slot]] = after;
      if (after >= 0) this.previous[after] = before;
    }

    regrid(scale) {
      if (this.cell === CELL / scale) return;
      this.cell = CELL / scale;
      this.head.fill(-1);
      for (let slot = 0; slot < this.size; slot++) if (this.alive[slot]) this._link(slot);
    }

    // Slots within `reach` world pixels (at most a cell) of a place, the most pressing and nearest first.
    near(x, y, reach, shown) {
      const cx = Math.floor(x / this.cell);
      const cy = Math.floor(y / this.cell);
      const found = new Map();
      for (let dx = -1; dx <= 1; dx++) {
        for (let dy = -1; dy <= 1; dy++) {
          for (let slot = this.head[this._hash(cx + dx, cy + dy)]; slot >= 0; slot = this.next[slot]) {
            const distance = Math.hypot(this.x[slot] - x, this.y[slot] - y);
            if (distance <= reach && shown(slot)) found.set(slot, distance);
          }
        }
      }
      const rank = (slot) => this.kind[slot] * 8 + this.status[slot];
      return [...found].sort((a, b) => rank(b[0]) - rank(a[0]) || a[1] - b[1]).map((pair) => pair[0]);
    }

    find(kind, key) {
      const wanted = KINDS.indexOf(kind);
      for (let slot = 0; slot < this.size; slot++) {
        if (this.alive[slot] && this.kind[slot] === wanted && this.keys[slot] === key) return slot;
      }
      return -1;
    }
  }

  Object.assign(cc, { KINDS, STATUSES, Store, project });
})(window.commandcenter);
