// Entry of codes-zxing.js in the site: bar codes and QR codes in a picture, for the Python worker.
import {
  BarcodeFormat, BinaryBitmap, DecodeHintType, HybridBinarizer, MultiFormatReader, RGBLuminanceSource,
} from "@zxing/library";

const LONGEST = 1000; // pixels: more slows the search and finds no more
const FORMATS = [
  BarcodeFormat.QR_CODE, BarcodeFormat.DATA_MATRIX, BarcodeFormat.CODE_128, BarcodeFormat.CODE_39,
  BarcodeFormat.EAN_13, BarcodeFormat.EAN_8, BarcodeFormat.UPC_A, BarcodeFormat.ITF, BarcodeFormat.PDF_417,
];

/** The text of the first code in an encoded picture; null when none is seen. Throws for no picture. */
export async function read(data) {
  const image = await createImageBitmap(new Blob([data]), { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(image, 0, 0, width, height);
  image.close();
  const pixels = pen.getImageData(0, 0, width, height).data;
  const grey = new Uint8ClampedArray(width * height);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = (pixels[4 * i] * 77 + pixels[4 * i + 1] * 150 + pixels[4 * i + 2] * 29) >> 8;
  }
  const reader = new MultiFormatReader();
  reader.setHints(new Map([[DecodeHintType.POSSIBLE_FORMATS, FORMATS], [DecodeHintType.TRY_HARDER, true]]));
  const source = new RGBLuminanceSource(grey, width, height);
  for (const luminance of [source, source.invert()]) {
    try {
      return reader.decodeWithState(new BinaryBitmap(new HybridBinarizer(luminance))).getText();
    } catch (error) {
      if (!["NotFoundException", "ChecksumException", "FormatException"].includes(error?.getKind?.())) throw error;
    }
  }
  return null;
}
