// A canvas with sharp pixels at any zoom, in the page's colours.

/** Returns the value of a custom property of the page's style. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
}

/**
 * Draws on a canvas of the width that the page gives it.
 *
 * @param canvas the canvas
 * @param height its height, given its width, in CSS pixels
 * @param draw receives the context, the width and the height
 */
export function paint(canvas, height, draw) {
  const width = canvas.clientWidth || 300;
  const tall = Math.round(height(width));
  const scale = window.devicePixelRatio || 1;
  const wanted = [Math.round(width * scale), Math.round(tall * scale)];
  if (canvas.width !== wanted[0] || canvas.height !== wanted[1]) {
    [canvas.width, canvas.height] = wanted;
    canvas.style.height = tall + 'px';
  }
  const context = canvas.getContext('2d');
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, tall);
  context.font = '12px system-ui, sans-serif';
  draw(context, width, tall);
}

/** Draws the mark of a case: circles for good actions, diamonds for bad ones, hollow if flat. */
export function mark(context, x, y, each, size, hue) {
  context.beginPath();
  if (each.id.endsWith('positive')) {
    context.arc(x, y, size, 0, 2 * Math.PI);
  } else {
    const far = size * 1.3;
    context.moveTo(x, y - far);
    context.lineTo(x + far, y);
    context.lineTo(x, y + far);
    context.lineTo(x - far, y);
    context.closePath();
  }
  if (each.flat) {
    context.lineWidth = 1.6;
    context.strokeStyle = hue;
    context.stroke();
  } else {
    context.fillStyle = hue;
    context.fill();
  }
}

/** Returns round numbers between two others, about `count` of them. */
export function ticks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough);
  const all = [];
  for (let i = Math.ceil(low / step); i * step <= high + 1e-9 * step; i++) {
    all.push(Number((i * step).toPrecision(10)));
  }
  return all;
}
