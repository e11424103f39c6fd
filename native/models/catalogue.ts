/**
 * One file of a model. `url` null: no official address of these bytes is known, so it is put in place by hand. `sha256` null:
 * neither is what the makers' file holds, so that it is only taken from a folder that the user has chosen.
 */
export type ModelFile = {
  /** Below a model folder; '/' between its parts. */
  readonly path: string;
} & (
  | {
      readonly bytes: number;
      /** Lower-case hexadecimal. */
      readonly sha256: string;
      readonly url: string | null;
    }
  | { readonly bytes: null; readonly sha256: null; readonly url: null }
);

/** A model that Montage can use. Nothing of it ships with the app. */
export type CatalogueModel = {
  readonly id: string;
  /** As people call it. */
  readonly name: string;
  /** What it makes possible, as the subject of "… need YuNet". */
  readonly task: string;
  /** SPDX identifier of the weights' licence. */
  readonly licence: string;
  /** Page of its makers. */
  readonly source: string;
  readonly files: readonly ModelFile[];
};

const WHISPER_TINY = 'https://huggingface.co/onnx-community/whisper-tiny/resolve/main';
const WHISPER_BASE = 'https://huggingface.co/onnx-community/whisper-base/resolve/main';
/** All multilingual sizes share one. */
const TOKENIZER = {
  bytes: 2_480_466,
  sha256: '27fc476bfe7f17299480be2273fc0608e4d5a99aba2ab5dec5374b4482d1a566',
  url: `${WHISPER_TINY}/tokenizer.json`,
} as const;
const MINILM = 'https://huggingface.co/Xenova/all-MiniLM-L6-v2/resolve/main';
const MOONSHINE = 'https://github.com/moonshine-ai/moonshine/raw/db88bffd14574212b6094a2e230d4f328029c31b/micro/models';
const SHERPA = 'https://github.com/k2-fsa/sherpa-onnx/releases/download';
const UNRECORDED = { bytes: null, sha256: null, url: null } as const;
const OPENCV_ZOO = 'https://github.com/opencv/opencv_zoo/raw/main/models';

/** Models by purpose. Sizes and hashes are those of the makers' own files. */
export const CATALOGUE: readonly CatalogueModel[] = [
  {
    id: 'yunet',
    name: 'YuNet',
    task: 'Faces',
    licence: 'MIT',
    source: 'https://github.com/ShiqiYu/libfacedetection.train',
    files: [
      {
        path: 'yunet/yunet_n_dynamic.onnx',
        bytes: 322_906,
        sha256: '104ee26c71d5c270ce79a6b3dced91c91013260d29a6bf18f9296c5b8c4c2b12',
        url: 'https://github.com/ShiqiYu/libfacedetection.train/raw/0047ac24afb1a50a0c6105001c89d1b5b805dbf1/onnx/yunet_n_dynamic.onnx',
      },
    ],
  },
  {
    id: 'sface',
    name: 'SFace',
    task: 'People across shots',
    licence: 'Apache-2.0',
    source: 'https://github.com/opencv/opencv_zoo/tree/main/models/face_recognition_sface',
    files: [
      {
        path: 'sface/face_recognition_sface_2021dec.onnx',
        bytes: 38_696_353,
        sha256: '0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79',
        url: `${OPENCV_ZOO}/face_recognition_sface/face_recognition_sface_2021dec.onnx`,
      },
    ],
  },
  {
    id: 'yolox-nano',
    name: 'YOLOX-nano',
    task: 'Persons and objects',
    licence: 'Apache-2.0',
    source: 'https://github.com/Megvii-BaseDetection/YOLOX',
    files: [
      {
        path: 'yolox-nano/yolox_nano.onnx',
        bytes: 3_678_356,
        sha256: 'e8af074932d4ed7e232278e3055cefcdea3edf178874a3694ae292649fb464dd',
        url: 'https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/yolox_nano.onnx',
      },
    ],
  },
  {
    id: 'silero-vad',
    name: 'Silero VAD',
    task: 'Exact speech spans',
    licence: 'MIT',
    source: 'https://github.com/snakers4/silero-vad',
    files: [
      {
        path: 'silero-vad/silero_vad.onnx',
        bytes: 2_327_524,
        sha256: '1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3',
        url: 'https://github.com/snakers4/silero-vad/raw/806dcba3f0b5d95282d0889a074954a2f8c6397b/src/silero_vad/data/silero_vad.onnx',
      },
    ],
  },
  {
    id: 'wespeaker-resnet34',
    name: 'WeSpeaker ResNet34',
    task: 'Speakers known across files',
    licence: 'CC-BY-4.0',
    source: 'https://github.com/wenet-e2e/wespeaker',
    files: [
      {
        path: 'wespeaker-resnet34/wespeaker_en_voxceleb_resnet34_LM.onnx',
        bytes: 26_530_550,
        sha256: 'e9848563da86f263117134dfd7ad63c92355b37de492b55e325400c9d9c39012',
        url: `${SHERPA}/speaker-recongition-models/wespeaker_en_voxceleb_resnet34_LM.onnx`,
      },
    ],
  },
  {
    id: 'moonshine-micro',
    name: 'Moonshine micro',
    task: 'Single spoken words',
    licence: 'MIT',
    source: 'https://github.com/moonshine-ai/moonshine',
    files: [
      {
        path: 'moonshine-micro/spelling_cnn_mel.onnx',
        bytes: 4_065_219,
        sha256: 'a42f1c9e19e1b31b8499fa20e0e9e4d6c70b80206bd9ac093e42a24893cda249',
        url: `${MOONSHINE}/spelling_cnn_mel.onnx`,
      },
      {
        path: 'moonshine-micro/spelling_cnn_meta.json',
        bytes: 903,
        sha256: 'c6162455d46f6e9502fb32db03a3e18d1fa9cbb54bd8f461d1176dbfec6362ca',
        url: `${MOONSHINE}/spelling_cnn_meta.json`,
      },
    ],
  },
  {
    id: 'whisper-tiny',
    name: 'Whisper tiny',
    task: 'Transcripts',
    licence: 'Apache-2.0',
    source: 'https://huggingface.co/onnx-community/whisper-tiny',
    files: [
      {
        path: 'whisper-tiny/onnx/encoder_model_quantized.onnx',
        bytes: 10_124_910,
        sha256: 'fd9d995b9dcb0520f0dbf6cf68651af639fc385f594d9d876e69ca2802dc438e',
        url: `${WHISPER_TINY}/onnx/encoder_model_quantized.onnx`,
      },
      {
        path: 'whisper-tiny/onnx/decoder_model_merged_quantized.onnx',
        bytes: 30_727_765,
        sha256: '6c0c125986b007d2e3734bec84c18bda0152071b90b87fadac6d7764499927a0',
        url: `${WHISPER_TINY}/onnx/decoder_model_merged_quantized.onnx`,
      },
      { ...TOKENIZER, path: 'whisper-tiny/tokenizer.json' },
      {
        path: 'whisper-tiny/generation_config.json',
        bytes: 3716,
        sha256: '68ac791fcb4999461a313472125042934656240ba1cba7d1c2627fcbb19ac24c',
        url: `${WHISPER_TINY}/generation_config.json`,
      },
    ],
  },
  {
    id: 'whisper-base',
    name: 'Whisper base',
    task: 'Better transcripts',
    licence: 'Apache-2.0',
    source: 'https://huggingface.co/onnx-community/whisper-base',
    files: [
      {
        path: 'whisper-base/onnx/encoder_model_quantized.onnx',
        bytes: 23_200_850,
        sha256: '3e345e977b55620a37c0c2b2af0644e019afdfad562dcf71eb929bb7274285f9',
        url: `${WHISPER_BASE}/onnx/encoder_model_quantized.onnx`,
      },
      {
        path: 'whisper-base/onnx/decoder_model_merged_quantized.onnx',
        bytes: 53_707_539,
        sha256: 'a6beb6baabb66f00b6a686d828c95ffca6146d51900cbad0266cad38f64cf861',
        url: `${WHISPER_BASE}/onnx/decoder_model_merged_quantized.onnx`,
      },
      { ...TOKENIZER, path: 'whisper-base/tokenizer.json' },
    ],
  },
  {
    id: 'whisper-small',
    name: 'Whisper small',
    task: 'Still better transcripts',
    licence: 'Apache-2.0',
    source: 'https://huggingface.co/onnx-community/whisper-small',
    files: [
      { path: 'whisper-small/onnx/encoder_model_quantized.onnx', ...UNRECORDED },
      { path: 'whisper-small/onnx/decoder_model_merged_quantized.onnx', ...UNRECORDED },
      { ...TOKENIZER, path: 'whisper-small/tokenizer.json' },
    ],
  },
  {
    id: 'minilm',
    name: 'MiniLM',
    task: 'Searches by meaning',
    licence: 'Apache-2.0',
    source: 'https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2',
    files: [
      {
        path: 'minilm/model_quantized.onnx',
        bytes: 22_972_370,
        sha256: 'afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1',
        url: `${MINILM}/onnx/model_quantized.onnx`,
      },
      {
        path: 'minilm/tokenizer.json',
        bytes: 711_661,
        sha256: 'da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0',
        url: `${MINILM}/tokenizer.json`,
      },
    ],
  },
  {
    id: 'clip-vit-b32',
    name: 'CLIP ViT-B/32',
    task: 'Searches of pictures by words',
    licence: 'MIT',
    source: 'https://huggingface.co/Xenova/clip-vit-base-patch32',
    files: [
      { path: 'clip-vit-b32/onnx/vision_model_quantized.onnx', ...UNRECORDED },
      { path: 'clip-vit-b32/onnx/text_model_quantized.onnx', ...UNRECORDED },
      {
        path: 'clip-vit-b32/bpe_simple_vocab_16e6.txt.gz',
        bytes: 1_356_917,
        sha256: '924691ac288e54409236115652ad4aa250f48203de50a9e4722a6ecd48d6804a',
        url: 'https://github.com/openai/CLIP/raw/d05afc436d78f1c48dc0dbf8e5980a9d471f35f6/clip/bpe_simple_vocab_16e6.txt.gz',
      },
    ],
  },
  {
    id: 'transnetv2',
    name: 'TransNet V2',
    task: 'Learned shot borders',
    licence: 'MIT',
    source: 'https://github.com/soCzech/TransNetV2',
    // The makers publish TensorFlow weights only.
    files: [{ path: 'transnetv2/transnetv2.onnx', ...UNRECORDED }],
  },
];

/** A model of the catalogue by its id. */
export function catalogueModel(id: string): CatalogueModel | undefined {
  return CATALOGUE.find((model) => model.id === id);
}

/** All its files together, as far as their sizes are known. */
export function modelBytes({ files }: CatalogueModel): number {
  return files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
}

/** Whether the makers' bytes are known: only then can a model be downloaded, or trusted where downloads go. */
export function isRecorded({ files }: CatalogueModel): boolean {
  return files.every(({ sha256 }) => sha256 !== null);
}

/** "0.3 MB", "39 MB": as sizes are said before a download. */
export function megabytes(bytes: number): string {
  const mega = bytes / 1e6;
  return `${mega >= 10 ? Math.round(mega) : Math.max(0.1, mega).toFixed(1)} MB`;
}
