"""The JavaScript of the picture codec: one function of the font's address, giving five operations."""

CANVAS = r"""(fontUrl) => {
  const FAMILY = `NuanFang, system-ui, "PingFang SC", "HarmonyOS Sans SC", "Noto Sans CJK SC", sans-serif`;
  let font;
  // Our own font first, so that the watermark looks the same everywhere; without it the phone's.
  const loadFont = () => font ||= new FontFace("NuanFang", `url(${fontUrl})`).load().then(
    (face) => self.fonts.add(face), () => null);
  const paper = (width, height) => {
    const canvas = new OffscreenCanvas(width, height);
    const pen = canvas.getContext("2d", { alpha: false });
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, width, height);
    pen.imageSmoothingQuality = "high";
    return [canvas, pen];
  };
  const decode = (data) => createImageBitmap(new Blob([data]), { imageOrientation: "from-image" });
  const encode = async (canvas, type, quality) => {
    const blob = await canvas.convertToBlob({ type, quality });
    return new Uint8Array(await blob.arrayBuffer());
  };
  const jpeg = async (canvas, quality) => ({
    data: await encode(canvas, "image/jpeg", quality), width: canvas.width, height: canvas.height });
  const ink = (pen, strokes, wide, color) => {
    pen.lineWidth = wide;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = pen.fillStyle = color;
    for (const stroke of strokes) {
      if (stroke.length < 2) continue;
      pen.beginPath();
      pen.moveTo(stroke[0], stroke[1]);
      for (let i = 2; i < stroke.length; i += 2) pen.lineTo(stroke[i], stroke[i + 1]);
      pen.stroke();
      // A canvas draws no line of length 0: a dot, or a finger that did not move, is a disc.
      pen.beginPath();
      pen.arc(stroke[0], stroke[1], wide / 2, 0, 2 * Math.PI);
      pen.fill();
    }
  };
  return {
    shrink: async (data, longest, quality) => {
      const image = await decode(data);
      const scale = Math.min(1, longest / Math.max(image.width, image.height));
      const [canvas, pen] = paper(
        Math.max(1, Math.round(image.width * scale)), Math.max(1, Math.round(image.height * scale)));
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      image.close();
      return jpeg(canvas, quality);
    },
    watermark: async (data, layout, quality) => {
      const [image] = await Promise.all([decode(data), loadFont()]);
      const [canvas, pen] = paper(image.width, image.height);
      pen.drawImage(image, 0, 0);
      image.close();
      const measure = (text, size) => {
        pen.font = `${size}px ${FAMILY}`;
        return pen.measureText(text).width;
      };
      const plan = layout(canvas.width, canvas.height, measure);
      if (plan.lines.length) {
        const widest = Math.max(...plan.lines.map((line) => measure(line, plan.size)));
        const top = canvas.height - plan.height;
        pen.fillStyle = "rgba(0, 0, 0, 0.55)";
        pen.fillRect(0, top, Math.min(canvas.width, Math.round(widest) + 2 * plan.margin), plan.height);
        pen.fillStyle = "#fff";
        pen.textBaseline = "middle";
        const first = top + plan.margin + plan.step / 2;
        plan.lines.forEach((line, n) => pen.fillText(line, plan.margin, first + n * plan.step));
      }
      return jpeg(canvas, quality);
    },
    luminance: async (data) => {
      const image = await decode(data);
      // The canvas halves well but leaps badly: down to 36×32 by halves, the rest as exact averages.
      let source = image, width = image.width, height = image.height;
      while (width > 72 || height > 64) {
        width = Math.max(36, Math.ceil(width / 2));
        height = Math.max(32, Math.ceil(height / 2));
        const [canvas, pen] = paper(width, height);
        pen.drawImage(source, 0, 0, width, height);
        source = canvas;
      }
      const [canvas, pen] = paper(36, 32);
      pen.drawImage(source, 0, 0, 36, 32);
      image.close();
      const pixels = pen.getImageData(0, 0, 36, 32).data;
      const sums = new Float64Array(72);
      for (let y = 0; y < 32; y++) for (let x = 0; x < 36; x++) {
        const at = 4 * (36 * y + x);
        const grey = 0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2];
        sums[9 * (y >> 2) + (x >> 2)] += grey / 16;
      }
      return Uint8Array.from(sums, Math.round);
    },
    draw: async (strokes, width, height, wide) => {
      const [canvas, pen] = paper(width, height);
      ink(pen, strokes, wide, "#000");
      return encode(canvas, "image/png");
    },
    over: async (data, strokes, wide, color, quality) => {
      const image = await decode(data);
      const [canvas, pen] = paper(image.width, image.height);
      pen.drawImage(image, 0, 0);
      image.close();
      ink(pen, strokes, wide(canvas.width, canvas.height), color);
      return jpeg(canvas, quality);
    },
  };
}"""
