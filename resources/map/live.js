// One own layer over Leaflet's view: the ground is repainted when the view changes, the living things when
// anything about them does, both only in a frame that the browser asks for.
"use strict";

(function (cc) {
  const REACH = 11; // pixels around a click that count as hit
  const FRESH = 120; // seconds: a younger fix is drawn full
  const STALE = 300; // seconds: an older one is drawn faint
  const AGEING = 5000; // milliseconds between looks at the clock
  const LAYER_OF = { workstation: "workstations", squad: "squads", officer: "officers", case: "cases" };

  cc.LiveLayer = L.Layer.extend({
    initialize() {
      this.store = new cc.Store();
      this.ground = new cc.Ground();
      this.sprites = new cc.Sprites();
      this.sheet = new cc.Sheet();
      this.layers = {};
      this.tokens = {};
      this.font = "12px sans-serif";
      this.chosen = -1;
      this.pin = null;
      this.painted = 0; // frames in which the living things were drawn
      this.clockAhead = 0; // seconds that Python's clock is ahead of the page's
      this.ink = (name) => this.tokens[name];
    },

    onAdd(map) {
      this.canvases = ["ground", "live"].map((name) => {
        const canvas = L.DomUtil.create("canvas", `commandcenter-${name}`, map.getContainer());
        return canvas.getContext("2d", { willReadFrequently: name === "live" }); // filled by hand, not by a card
      });
      map.on("move zoom viewreset resize", this._viewChanged, this);
      this._ageing = setInterval(() => this.dirty(), AGEING);
      this._viewChanged();
    },

    onRemove(map) {
      clearInterval(this._ageing);
      map.off("move zoom viewreset resize", this._viewChanged, this);
      this.canvases.forEach((g) => g.canvas.remove());
    },

    now() {
      return Date.now() / 1000 + this.clockAhead;
    },

    setTokens(tokens, font) {
      this.tokens = tokens;
      this.font = font;
      for (const [name, value] of Object.entries(tokens)) {
        document.documentElement.style.setProperty(`--${name}`, value);
      }
      document.documentElement.style.setProperty("--font", font);
      this.sprites.reset(window.devicePixelRatio, this.ink);
      this._viewChanged();
    },

    setLayer(name, shown) {
      this.layers[name] = shown;
      this._viewChanged();
    },

    shows(slot) {
      return this.layers[LAYER_OF[cc.KINDS[this.store.kind[slot]]]];
    },

    dirty() {
      if (this._frame || !this._map) return;
      this._frame = requestAnimationFrame(() => {
        this._frame = 0;
        this._paint();
      });
    },

    groundDirty() {
      this._groundStale = true;
      this.dirty();
    },

    _viewChanged() {
      if (!this._map) return;
      const map = this._map;
      const size = map.getSize();
      const scale = Math.pow(2, map.getZoom());
      const centre = map.getCenter();
      const middle = cc.project(centre.lng, centre.lat);
      this.view = {
        width: size.x,
        height: size.y,
        scale,
        left: middle[0] * scale - size.x / 2,
        top: middle[1] * scale - size.y / 2,
        font: this.font,
      };
      this.store.regrid(scale);
      this.groundDirty();
    },

    // The canvases follow the size and the density of the screen; a wall may be dragged from 1× to 2×.
    _fit() {
      const ratio = window.devicePixelRatio;
      const width = Math.round(this.view.width * ratio);
      const height = Math.round(this.view.height * ratio);
      for (const g of this.canvases) {
        if (g.canvas.width === width && g.canvas.height === height) continue;
        g.canvas.width = width;
        g.canvas.height = height;
        g.canvas.style.width = `${this.view.width}px`;
        g.canvas.style.height = `${this.view.height}px`;
        this._groundStale = true;
        if (g === this.canvases[1]) this.sheet.fit(width, height);
      }
      if (this.sprites.ratio !== ratio) this.sprites.reset(ratio, this.ink);
      return ratio;
    },

    _paint() {
      if (!this.tokens.sea || !this.view.width || !this.view.height) return; // nothing to paint with, or on, yet
      const ratio = this._fit();
      const [ground, live] = this.canvases;
      if (this._groundStale) {
        this._groundStale = false;
        ground.setTransform(ratio, 0, 0, ratio, 0, 0);
        ground.clearRect(0, 0, this.view.width, this.view.height);
        this.ground.paint(ground, this.view, this.ink, this.layers, cc.tiled(this._map));
      }
      this.sheet.clear();
      for (let kind = 0; kind < cc.KINDS.length; kind++) {
        if (this.layers[LAYER_OF[cc.KINDS[kind]]]) this._stampKind(kind, ratio);
      }
      live.putImageData(this.sheet.image, 0, 0);
      live.setTransform(ratio, 0, 0, ratio, 0, 0);
      this._paintChoice(live);
      this._paintPin(live);
      this.painted += 1;
      if (this.painted === 1) requestAnimationFrame(() => cc.shown()); // it is on the screen when the next one begins
    },

    // Looks land on whole pixels of the device: sharp, and nothing to compute.
    _stampKind(kind, ratio) {
      const { store, sprites, sheet, view } = this;
      const { x, y, at, alive, heading, status } = store;
      const margin = sprites.canvas.width / 2;
      const scale = view.scale * ratio;
      const left = view.left * ratio;
      const top = view.top * ratio;
      const right = view.width * ratio + margin;
      const bottom = view.height * ratio + margin;
      const now = this.now();
      for (let slot = 0; slot < store.size; slot++) {
        if (!alive[slot] || store.kind[slot] !== kind) continue;
        const px = Math.round(x[slot] * scale - left);
        const py = Math.round(y[slot] * scale - top);
        if (px < -margin || py < -margin || px > right || py > bottom) continue;
        const age = now - at[slot]; // NaN without a fix, and then neither comparison holds
        sheet.stamp(sprites.look(kind, status[slot], age > STALE ? 2 : age >= FRESH ? 1 : 0, heading[slot]), px, py);
      }
    },

    point(slot) {
      return {
        x: this.store.x[slot] * this.view.scale - this.view.left,
        y: this.store.y[slot] * this.view.scale - this.view.top,
      };
    },

    // A ring around what is chosen; where that lies outside the view, a mark at the edge says which way.
    _paintChoice(g) {
      if (this.chosen < 0 || !this.store.alive[this.chosen]) return;
      const ratio = window.devicePixelRatio;
      const place = this.point(this.chosen);
      const x = Math.round(place.x * ratio) / ratio; // where the picture landed, which it surrounds
      const y = Math.round(place.y * ratio) / ratio;
      const { width, height } = this.view;
      g.strokeStyle = g.fillStyle = this.ink("accent");
      g.lineWidth = 2.5;
      g.beginPath();
      if (x >= 0 && y >= 0 && x <= width && y <= height) {
        g.arc(x, y, 14, 0, 2 * Math.PI);
        g.stroke();
        return;
      }
      const ex = Math.max(12, Math.min(width - 12, x));
      const ey = Math.max(12, Math.min(height - 12, y));
      g.save();
      g.translate(ex, ey);
      g.rotate(Math.atan2(y - ey, x - ex));
      g.moveTo(9, 0);
      g.lineTo(-6, 7);
      g.lineTo(-6, -7);
      g.fill();
      g.restore();
    },

    _paintPin(g) {
      if (!this.pin) return;
      const x = this.pin[0] * this.view.scale - this.view.left;
      const y = this.pin[1] * this.view.scale - this.view.top;
      g.strokeStyle = this.ink("ink");
      g.lineWidth = 2;
      g.beginPath();
      g.arc(x, y, 6, 0, 2 * Math.PI);
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        g.moveTo(x + dx * 6, y + dy * 6);
        g.lineTo(x + dx * 13, y + dy * 13);
      }
      g.stroke();
    },

    hits(x, y) {
      const { scale, left, top } = this.view;
      return this.store.near((x + left) / scale, (y + top) / scale, REACH / scale, (slot) => this.shows(slot));
    },
  });
})(window.commandcenter);
