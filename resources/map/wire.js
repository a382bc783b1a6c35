// The page's end of the bridge: commands come in as one batch a tick, facts go out. And the lock of the view.
"use strict";

(function (cc) {
  const MARGIN = 48; // pixels left free around what is fitted
  const CLOSEST = 14; // a single case is not looked at through a magnifying glass
  const CALM = 1; // zoom steps: a view that shows everything and is no wider than this is left alone

  cc.tiled = (map) => {
    let tiles = false;
    map.eachLayer((layer) => (tiles = tiles || layer instanceof L.TileLayer));
    return tiles;
  };

  // Fits itself only when the set of open cases changes; any gesture locks; the star fits, and goes back.
  class Lock {
    constructor(map, layer) {
      this.map = map;
      this.layer = layer;
      this.locked = false;
      this.framed = false; // locked, but by the program, to show what is looked at
      this.before = null; // where the user was when the star was pressed
      const gesture = () => this.gesture();
      map.on("dragstart boxzoomstart", gesture);
      map.on("resize", () => this.locked || this.fit()); // a page behind a curtain had no size to fit into
      for (const name of ["wheel", "dblclick", "touchmove"]) {
        map.getContainer().addEventListener(name, gesture, { passive: true, capture: true });
      }
      map.getContainer().addEventListener("keydown", (event) => {
        if (/^(Arrow|[-+=_]$)/.test(event.key)) gesture();
      }, { capture: true });
    }

    gesture() {
      this.locked = true;
      this.framed = false;
      this.before = null;
      cc.report();
    }

    bounds() {
      const { store, ground } = this.layer;
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      const kind = cc.KINDS.indexOf("case");
      for (let slot = 0; slot < store.size; slot++) {
        if (!store.alive[slot] || store.kind[slot] !== kind) continue;
        box[0] = Math.min(box[0], store.x[slot]);
        box[1] = Math.min(box[1], store.y[slot]);
        box[2] = Math.max(box[2], store.x[slot]);
        box[3] = Math.max(box[3], store.y[slot]);
      }
      return box[0] === Infinity ? ground.bounds : box;
    }

    // `calm`: a view that already shows everything, only a little wider, stays as it is.
    fit(calm = false) {
      const box = this.bounds();
      if (!box || !this.layer.view.width) return;
      const corner = (x, y) => this.map.options.crs.pointToLatLng(L.point(x, y), 0);
      const bounds = L.latLngBounds(corner(box[0], box[3]), corner(box[2], box[1]));
      const margin = Math.min(MARGIN, this.layer.view.width / 8, this.layer.view.height / 8);
      const target = this.map._getBoundsCenterZoom(bounds, { padding: [margin, margin], maxZoom: CLOSEST });
      const close = Math.abs(target.zoom - this.map.getZoom()) <= CALM;
      if (calm && close && this.map.getBounds().contains(bounds)) return;
      this.map.setView(target.center, target.zoom, { animate: false });
    }

    casesChanged() {
      if (!this.locked) this.fit(true);
    }

    star() {
      if (this.before) {
        this.map.setView(this.before.center, this.before.zoom, { animate: false });
        this.locked = this.before.locked;
        this.before = null;
      } else {
        this.before = { center: this.map.getCenter(), zoom: this.map.getZoom(), locked: this.locked };
        this.locked = false;
        this.fit();
      }
      cc.report();
    }
  }

  // The label of what is under the pointer, and for an officer the age of the fix in words.
  class Tip {
    constructor(map, layer) {
      this.layer = layer;
      this.words = {};
      this.element = L.DomUtil.create("div", "commandcenter-tip", map.getContainer());
      map.on("mousemove", (event) => this.show(event.containerPoint));
      map.on("mouseout movestart", () => (this.element.hidden = true));
      this.element.hidden = true;
    }

    show(point) {
      const slots = this.layer.hits(point.x, point.y);
      this.element.hidden = !slots.length;
      this.layer._map.getContainer().classList.toggle("commandcenter-hit", slots.length > 0);
      if (!slots.length) return;
      const more = slots.length > 1 ? ` +${slots.length - 1}` : "";
      this.element.textContent = this.layer.store.labels[slots[0]] + this.age(slots[0]) + more;
      this.element.style.left = `${point.x + 14}px`;
      this.element.style.top = `${point.y + 10}px`;
    }

    age(slot) {
      const seconds = Math.max(0, this.layer.now() - this.layer.store.at[slot]);
      if (Number.isNaN(seconds) || cc.KINDS[this.layer.store.kind[slot]] !== "officer") return "";
      const [word, n] = seconds < 120 ? ["seconds", seconds] : seconds < 7200 ? ["minutes", seconds / 60] : ["hours", seconds / 3600];
      return " · " + (this.words[word] || "").replace("{n}", Math.floor(n));
    }
  }

  const commands = {
    gone(layer, slots) {
      return slots.reduce((changed, slot) => layer.store.gone(slot) || changed, false);
    },
    put(layer, rows) {
      return rows.reduce((changed, row) => layer.store.put(...row) || changed, false);
    },
    move(layer, flat) {
      for (let i = 0; i < flat.length; i += 5) layer.store.move(flat[i], flat[i + 1], flat[i + 2], flat[i + 3], flat[i + 4]);
    },
    tokens: (layer, tokens, family) => layer.setTokens(tokens, family),
    words: (layer, words) => (cc.tip.words = words),
    layer: (layer, name, shown) => layer.setLayer(name, shown),
    clock: (layer, now) => (layer.clockAhead = now - Date.now() / 1000),
    heat(layer, name, points) {
      layer.ground.setHeat(name, points);
      layer.groundDirty();
    },
    async areas(layer, address) {
      const answer = await fetch(address);
      layer.ground.setAreas(await answer.json());
      layer.groundDirty();
      if (!cc.lock.locked) cc.lock.fit();
    },
    choose(layer, kind, key) {
      layer.choice = key ? [kind, key] : null;
    },
    pin(layer, lon, lat) {
      layer.pin = lon === null ? null : cc.project(lon, lat);
    },
    pick(layer, on) {
      cc.picking = on;
      layer._map.getContainer().classList.toggle("commandcenter-picking", on);
    },
    fit: () => cc.lock.fit(),
    star: () => cc.lock.star(),
    view(layer, lat, lon, zoom, locked, framed) {
      cc.lock.locked = locked;
      cc.lock.framed = framed;
      layer._map.setView([lat, lon], zoom, { animate: false });
    },
  };

  function receive(layer, text) {
    let changed = false;
    for (const [word, ...what] of JSON.parse(text)) changed = commands[word](layer, ...what) === true || changed;
    if (changed) cc.lock.casesChanged();
    layer.chosen = layer.choice ? layer.store.find(...layer.choice) : -1;
    layer.dirty();
  }

  function clicked(layer, bridge, event) {
    const slots = cc.picking ? [] : layer.hits(event.containerPoint.x, event.containerPoint.y);
    const { keys, labels, kind } = layer.store;
    const pick = (slot) => [cc.KINDS[kind[slot]], keys[slot], labels[slot]];
    if (slots.length > 1) bridge.stack(slots.map(pick), event.containerPoint.x, event.containerPoint.y);
    else if (slots.length) bridge.clicked(...pick(slots[0]).slice(0, 2));
    else bridge.background_clicked(event.latlng.lng, event.latlng.lat);
  }

  cc.attach = (map) => {
    const layer = (cc.layer = new cc.LiveLayer().addTo(map));
    cc.map = map;
    cc.tip = new Tip(map, layer);
    cc.report = cc.shown = () => {};
    cc.lock = new Lock(map, layer);
    new QWebChannel(qt.webChannelTransport, (channel) => {
      const bridge = channel.objects.bridge;
      cc.report = () => {
        const centre = map.getCenter();
        bridge.view_changed({
          lat: centre.lat, lon: centre.lng, zoom: map.getZoom(), locked: cc.lock.locked, framed: cc.lock.framed,
          starred: cc.lock.before !== null,
        });
      };
      cc.shown = () => bridge.shown();
      bridge.told.connect((text) => receive(layer, text));
      map.on("click", (event) => clicked(layer, bridge, event));
      map.on("moveend", cc.report);
      bridge.ready();
    });
  };
})(window.commandcenter);
