/** The marks of profiles as images of the map: a colour, a shape and a letter each. */

const SIZE = 24;
const RATIO = 2;
const EDGE = 2;

/**
 * Adds an image for each mark.
 * @param {import("maplibre-gl").Map} map
 * @param {Object<string, {letter: string, colour: string, ink: string, path: string}>} marks
 */
export function addMarks(map, marks) {
  for (const [key, mark] of Object.entries(marks)) map.addImage(`mark-${key}`, drawn(mark), { pixelRatio: RATIO });
}

function drawn({ letter, colour, ink, path }) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = (SIZE + 2 * EDGE) * RATIO;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.scale(RATIO, RATIO);
  context.translate(EDGE, EDGE);
  const shape = new Path2D(path);
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = "#ffffff";
  context.stroke(shape);
  context.fillStyle = colour;
  context.fill(shape);
  context.fillStyle = ink;
  context.font = "bold 13px sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(letter, SIZE / 2, SIZE / 2 + 0.5);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
