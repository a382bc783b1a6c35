// Every look is drawn once and kept as a list of pixels; a frame then only stamps them on a sheet.
"use strict";

(function (cc) {
  const SIDE = 32; // pixels of the screen
  const HEADINGS = 32; // directions that are told apart
  const FADES = [1, 0.62, 0.3]; // fresh (< 2 min), ageing, stale (> 5 min)

  const draw = {
    workstation(g, ink) {
      g.fillStyle = ink("station");
      g.fillRect(-2, -2, 4, 4);
    },

    squad(g, ink, status) {
      g.fillStyle = ink(status === "late" ? "late" : "accent");
      g.strokeStyle = ink("land");
      g.lineWidth = 1.5;
      g.beginPath();
      g.moveTo(0, -5.5);
      g.lineTo(6, 5);
      g.lineTo(-6, 5);
      g.closePath();
      g.stroke();
      g.fill();
    },

    // An arrow points where the officer heads; without a heading it is a drop of the same weight.
    officer(g, ink, status, heading) {
      g.fillStyle = g.strokeStyle = ink(status === "off_duty" ? "ink_3" : "ok");
      g.lineWidth = 1.4;
      g.beginPath();
      if (heading < 0) {
        g.arc(0, 0, 3.2, 0, 2 * Math.PI);
      } else {
        g.rotate((heading * 2 * Math.PI) / HEADINGS);
        g.moveTo(0, -6.5);
        g.lineTo(4.4, 5);
        g.lineTo(0, 2.4);
        g.lineTo(-4.4, 5);
      }
      g.closePath();
      if (status === "busy") g.stroke(); // hollow: at work on a case
      else g.fill();
    },

    case(g, ink, status) {
      const colour = { ordinary: "accent", suspended: "accent", late: "late" }[status] || "urgent";
      g.fillStyle = g.strokeStyle = ink(colour);
      g.beginPath();
      if (status === "late" || status === "overdue") {
        g.moveTo(0, -7.5);
        g.lineTo(7.5, 0);
        g.lineTo(0, 7.5);
        g.lineTo(-7.5, 0);
        g.closePath();
      } else {
        g.arc(0, 0, status === "urgent" ? 6.5 : 5, 0, 2 * Math.PI);
      }
      if (status === "suspended") {
        g.lineWidth = 2;
        g.stroke();
        return;
      }
      g.fill();
      g.strokeStyle = ink("surface");
      g.lineWidth = 1.2;
      g.stroke();
      if (status !== "urgent") return;
      g.strokeStyle = ink("urgent");
      g.globalAlpha *= 0.75;
      g.beginPath();
      g.arc(0, 0, 11.5, 0, 2 * Math.PI);
      g.stroke();
    },
  };

  // A look as the list of its pixels that are not empty: where, from its middle, and in which colour.
  class Look {
    constructor(image) {
      const pixels = new Int32Array(image.data.buffer);
      const half = image.width >> 1;
      const dots = [];
      pixels.forEach((colour, i) => {
        if (colour >>> 24) dots.push([(i % image.width) - half, Math.floor(i / image.width) - half, colour]);
      });
      this.dx = Int16Array.from(dots, (dot) => dot[0]);
      this.dy = Int16Array.from(dots, (dot) => dot[1]);
      this.colour = Int32Array.from(dots, (dot) => dot[2]);
      this.reach = dots.reduce((most, dot) => Math.max(most, Math.abs(dot[0]), Math.abs(dot[1])), 0) + 1;
      this.width = -1;
    }

    // Offsets in a sheet of this width; asked for at every stamp, computed when the width changed.
    offsets(width) {
      if (this.width !== width) {
        this.width = width;
        this.offset = Int32Array.from(this.dx, (dx, i) => dx + this.dy[i] * width);
      }
      return this.offset;
    }
  }

  class Sprites {
    constructor() {
      this.canvas = document.createElement("canvas");
      this.ratio = 1;
      this.ink = () => "";
    }

    // Forget every picture: the colours or the density of the screen changed.
    reset(ratio, ink) {
      this.ratio = ratio;
      this.ink = ink;
      this.canvas.width = this.canvas.height = 2 * Math.ceil((SIDE * ratio) / 2);
      this.looks = new Array(cc.KINDS.length * 8 * FADES.length * (HEADINGS + 1));
    }

    // The look of an object; drawn at its first use.
    look(kind, status, fade, heading) {
      const turn = Number.isNaN(heading) ? -1 : Math.round((((heading % 360) + 360) % 360) * (HEADINGS / 360)) % HEADINGS;
      const number = ((kind * 8 + status) * FADES.length + fade) * (HEADINGS + 1) + turn + 1;
      return this.looks[number] || (this.looks[number] = this._draw(kind, status, fade, turn));
    }

    _draw(kind, status, fade, turn) {
      const name = cc.KINDS[kind];
      const side = this.canvas.width;
      const g = this.canvas.getContext("2d", { willReadFrequently: true });
      g.setTransform(1, 0, 0, 1, 0, 0);
      g.clearRect(0, 0, side, side);
      g.setTransform(this.ratio, 0, 0, this.ratio, side / 2, side / 2);
      g.globalAlpha = FADES[fade];
      draw[name](g, this.ink, cc.STATUSES[name][status], turn);
      g.globalAlpha = 1;
      return new Look(g.getImageData(0, 0, side, side));
    }
  }

  // One colour (red, green, blue, alpha from the low byte up) over another; red and blue are mixed in one go.
  function over(upper, lower) {
    const a = upper >>> 24;
    const b = lower >>> 24;
    const sum = b === 255 ? 255 : a + b - ((a * b) >> 8);
    const share = b === 255 ? a : (a * 255 / sum) | 0; // what the upper one contributes, of 255
    const rest = 255 - share;
    const redBlue = ((Math.imul(upper & 0xff00ff, share) + Math.imul(lower & 0xff00ff, rest)) >>> 8) & 0xff00ff;
    const green = ((Math.imul(upper & 0xff00, share) + Math.imul(lower & 0xff00, rest)) >>> 8) & 0xff00;
    return redBlue | green | (sum << 24);
  }

  // The sheet the living things are stamped on. Ten thousand pictures copied by the canvas cost 50 ms a frame
  // in software; their few pixels set by hand and handed over at once cost a tenth of that.
  class Sheet {
    fit(width, height) {
      this.image = new ImageData(width, height);
      this.width = width; // asking the image for it ten thousand times a frame would leave the script each time
      this.height = height;
      this.pixels = new Int32Array(this.image.data.buffer); // signed: whole numbers that the engine keeps whole
    }

    clear() {
      this.pixels.fill(0);
    }

    stamp(look, x, y) {
      const { width, height, pixels } = this;
      const { reach, colour } = look;
      if (x < reach || y < reach || x >= width - reach || y >= height - reach) {
        this._stampCut(look, x, y);
        return;
      }
      const offset = look.offsets(width);
      const start = y * width + x;
      for (let i = 0, n = colour.length; i < n; i++) {
        const upper = colour[i];
        const at = start + offset[i];
        const under = pixels[at];
        pixels[at] = under === 0 || upper >>> 24 === 255 ? upper : over(upper, under);
      }
    }

    // At the edge of the sheet every pixel is looked at.
    _stampCut(look, x, y) {
      const { width, height, pixels } = this;
      for (let i = 0; i < look.colour.length; i++) {
        const px = x + look.dx[i];
        const py = y + look.dy[i];
        if (px < 0 || py < 0 || px >= width || py >= height) continue;
        const at = py * width + px;
        pixels[at] = pixels[at] === 0 ? look.colour[i] : over(look.colour[i], pixels[at]);
      }
    }
  }

  Object.assign(cc, { Sprites, Sheet });
})(window.commandcenter);
