import { formatRational } from '../../core/time/rational.ts';
import type { Rate } from '../../core/time/rate.ts';

/** A scene: an ffmpeg source and what is done to it. `{s}` and `{r}` stand for size and rate. */
export type Scene = { readonly source: string; readonly filters: string };

/** Visibly different pictures: in colour, movement, sharpness and exposure. */
export const SCENES = {
  dusk: {
    source: 'gradients=s=320x180:r={r}:c0=0x1b2a49:c1=0xe07a5f:c2=0xf2cc8f:c3=0x3d405b:n=4:speed=0.02:seed=7',
    filters: 'vignette=angle=PI/5,scale={s}:flags=bicubic',
  },
  reef: {
    source: 'gradients=s=320x180:r={r}:c0=0x023047:c1=0x219ebc:c2=0x8ecae6:c3=0xffb703:n=4:speed=0.06:seed=21',
    filters: 'scale={s},drawgrid=w=160:h=160:t=2:c=white@0.25',
  },
  coast: {
    source:
      'mandelbrot=s=480x270:maxiter=600:r={r}:start_scale=1.5:end_scale=0.25:end_pts=200:start_x=-0.7436:start_y=0.1318',
    filters: 'hue=h=190:s=1.4,scale={s}:flags=bicubic',
  },
  canyon: {
    source:
      'mandelbrot=s=480x270:maxiter=800:r={r}:start_scale=0.08:end_scale=0.01:end_pts=200:start_x=-0.1011:start_y=0.9563',
    filters: 'hue=h=25:s=1.2,eq=contrast=1.15,scale={s}:flags=bicubic',
  },
  colony: {
    source:
      'life=s=160x90:r={r}:mold=12:ratio=0.35:death_color=0x2d6a4f:life_color=0xd8f3dc:mold_color=0x081c15:seed=5',
    filters: 'scale={s}:flags=neighbor',
  },
  lace: {
    source: 'sierpinski=s=640x360:r={r}:seed=11:jump=40:type=carpet',
    filters: 'hue=h=280:s=1.5,eq=brightness=0.05,scale={s}:flags=bicubic',
  },
  weave: {
    source: 'cellauto=s=160x90:r={r}:rule=110:random_seed=3:scroll=1',
    filters: 'scale={s}:flags=neighbor,colorchannelmixer=rr=0.9:gg=0.6:bb=0.25',
  },
  chart: { source: 'testsrc2=s={s}:r={r}', filters: 'eq=saturation=0.8' },
  /** Out of focus. */
  haze: {
    source: 'gradients=s=320x180:r={r}:c0=0xcdb4db:c1=0xffc8dd:c2=0xbde0fe:c3=0xa2d2ff:n=4:speed=0.03:seed=9',
    filters: 'drawbox=x=100:y=50:w=75:h=75:c=0x5a189a@0.7:t=fill,gblur=sigma=5,scale={s}:flags=bicubic',
  },
  /** Under-exposed. */
  night: {
    source:
      'life=s=320x180:r={r}:mold=30:ratio=0.1:death_color=0x10182b:life_color=0xffd166:mold_color=0x05070d:seed=13',
    filters: 'scale={s}:flags=bilinear,eq=brightness=-0.18',
  },
} as const satisfies Readonly<Record<string, Scene>>;

export type SceneName = keyof typeof SCENES;

/** The lavfi graph of a scene at a size and rate. */
export function sceneGraph(
  name: SceneName,
  size: { readonly width: number; readonly height: number },
  rate: Rate,
): string {
  const { source, filters } = SCENES[name];
  const at = `${size.width}x${size.height}`;
  return `${source},${filters}`.replaceAll('{s}', at).replaceAll('{r}', formatRational(rate));
}
