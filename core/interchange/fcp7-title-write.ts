import type { Title } from '../timeline/picture.ts';
import { loss, type Cut, type CutClip } from './export-cut.ts';
import { numberLeaf, plainParameter } from './fcp7-effects-write.ts';
import { leaf, node, type XmlNode } from './xml-write.ts';

/** Final Cut 7's Text generator, which Premiere and Resolve turn into titles that can be edited. */
export function titleEffect(cut: Cut, item: CutClip, title: Title): XmlNode {
  const { style, text } = title;
  if (style.background !== undefined || style.outline !== undefined) {
    const message = "the title's box and outline are lost; text, font, size, colour and place stay";
    cut.losses.push(loss('title', 'detail', item.clip.name, item.place, message));
  }
  const face = 1 + (style.bold ? 1 : 0) + (style.italic ? 2 : 0);
  const align = { left: 1, centre: 2, right: 3 }[style.align];
  return node('effect', {}, [
    leaf('name', 'Text'),
    leaf('effectid', 'Text'),
    leaf('effectcategory', 'Text'),
    leaf('effecttype', 'generator'),
    leaf('mediatype', 'video'),
    plainParameter('str', 'Text', text.replaceAll('\n', '\r')),
    plainParameter('fontname', 'Font', style.font),
    plainParameter('fontsize', 'Size', numberLeaf(style.size * cut.timeline.height), [0, 1000]),
    plainParameter('fontstyle', 'Style', String(face), [1, 4]),
    plainParameter('fontalign', 'Alignment', String(align), [1, 3]),
    colourParameter(style.colour),
    node('parameter', { authoringApp: 'PremierePro' }, [
      leaf('parameterid', 'origin'),
      leaf('name', 'Origin'),
      node('value', {}, [leaf('horiz', numberLeaf(style.x)), leaf('vert', numberLeaf(style.y))]),
    ]),
  ]);
}

function colourParameter(colour: string): XmlNode {
  const part = (index: number) => Number.parseInt(colour.slice(1 + 2 * index, 3 + 2 * index), 16);
  const alpha = colour.length > 7 ? part(3) : 255;
  return node('parameter', { authoringApp: 'PremierePro' }, [
    leaf('parameterid', 'fontcolor'),
    leaf('name', 'Font Color'),
    node('value', {}, [leaf('alpha', alpha), leaf('red', part(0)), leaf('green', part(1)), leaf('blue', part(2))]),
  ]);
}
