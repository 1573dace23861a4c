import Cropper from 'cropperjs';
import type { Square } from './crop-plan.ts';
import type { Picture } from './open-picture.ts';

/** The frame stays in place, and the photo moves and grows below it. */
export interface Framing {
  /** The framed square, in the photo's pixels. */
  square: () => Square;
  /** Moves the photo by pixels of the screen. */
  move: (x: number, y: number) => void;
  /** From 0 (the photo's shorter side fills the frame) to 1 (the nearest). */
  zoom: () => number;
  setZoom: (fraction: number) => void;
  end: () => void;
}

/** The frame's side as a part of the stage's. The rest shows what is left out. */
const FRAME = 0.84;
/** The nearest zoom: with fewer pixels of the photo it would be a blur. */
const MIN_SQUARE_PX = 96;

/**
 * Puts the photo into `stage` for framing with mouse, touch, wheel and pinch.
 * @param wanted the first square; by default the largest in the centre
 * @param onChange is called after every change
 */
export function startFraming(
  stage: HTMLElement,
  picture: Picture,
  wanted: Square | undefined,
  onChange: () => void,
): Promise<Framing> {
  const { scale } = picture;
  const image = new Image();
  image.alt = '';
  image.src = picture.workUrl;
  stage.replaceChildren(image);
  return new Promise((done) => {
    /** The least and most pixels of the canvas for one of `work`. */
    let [least, most] = [0, 0];
    let isReady = false;
    const cropper: Cropper = new Cropper(image, {
      // The photo always covers the frame.
      viewMode: 1,
      dragMode: 'move',
      aspectRatio: 1,
      autoCropArea: FRAME,
      checkOrientation: false,
      background: false,
      cropBoxMovable: false,
      cropBoxResizable: false,
      toggleDragModeOnDblclick: false,
      wheelZoomRatio: 0.05,
      ready() {
        const box = cropper.getContainerData();
        const side = Math.round(Math.min(box.width, box.height) * FRAME);
        least = side / Math.min(picture.work.width, picture.work.height);
        most = Math.max(least, (side * scale) / MIN_SQUARE_PX);
        cropper.zoomTo(least);
        cropper.setCropBoxData({
          left: (box.width - side) / 2,
          top: (box.height - side) / 2,
          width: side,
          height: side,
        });
        if (wanted) place(wanted);
        isReady = true;
        onChange();
        done(framing);
      },
      crop: () => isReady && onChange(),
      zoom(event) {
        if (isReady && event.detail.ratio > limits().most + 1e-6) {
          event.preventDefault();
          if (event.detail.oldRatio < limits().most - 1e-6) cropper.zoomTo(limits().most);
        }
      },
    });

    /** Computed anew, because the stage may have changed its size. */
    const limits = () => {
      const { width: side } = cropper.getCropBoxData();
      const now = side / Math.min(picture.work.width, picture.work.height);
      return { least: now, most: now * (most / least) };
    };
    const place = (square: Square) => {
      const frame = cropper.getCropBoxData();
      const ratio = frame.width / (square.side / scale);
      cropper.zoomTo(ratio);
      cropper.setCanvasData({
        left: frame.left - (square.x / scale) * ratio,
        top: frame.top - (square.y / scale) * ratio,
      });
    };
    const ratio = () => {
      const { width, naturalWidth } = cropper.getCanvasData();
      return width / naturalWidth;
    };
    const framing: Framing = {
      square() {
        const { x, y, width } = cropper.getData();
        const largest = Math.min(picture.widthPx, picture.heightPx);
        // A pixel of `work` is several of the photo: if all of `work` is framed, then all of the photo is.
        const isLargest = width > Math.min(picture.work.width, picture.work.height) - 0.5;
        const side = isLargest ? largest : Math.min(Math.round(width * scale), largest);
        return {
          x: clamp(Math.round(x * scale), picture.widthPx - side),
          y: clamp(Math.round(y * scale), picture.heightPx - side),
          side,
        };
      },
      move: (x, y) => void cropper.move(x, y),
      zoom() {
        const { least: from, most: to } = limits();
        return to > from ? Math.log(ratio() / from) / Math.log(to / from) : 0;
      },
      setZoom(fraction) {
        const { least: from, most: to } = limits();
        const frame = cropper.getCropBoxData();
        const middle = { x: frame.left + frame.width / 2, y: frame.top + frame.height / 2 };
        const bounded = Math.max(0, Math.min(1, fraction));
        const { square } = framing;
        const before = square();
        cropper.zoomTo(from * (to / from) ** bounded);
        keepMiddle(cropper, before, scale, middle);
      },
      end() {
        cropper.destroy();
        stage.replaceChildren();
      },
    };
  });
}

/** cropperjs zooms around the photo's middle, but people expect the frame's. */
function keepMiddle(cropper: Cropper, before: Square, scale: number, middle: { x: number; y: number }): void {
  const { width, naturalWidth } = cropper.getCanvasData();
  const ratio = width / naturalWidth;
  const [x, y] = [(before.x + before.side / 2) / scale, (before.y + before.side / 2) / scale];
  cropper.setCanvasData({ left: middle.x - x * ratio, top: middle.y - y * ratio });
}

const clamp = (value: number, most: number): number => Math.max(0, Math.min(value, most));
