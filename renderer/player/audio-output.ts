/** Where players send their sound: a master gain with meters behind it. */
export type AudioOutput = {
  readonly context: AudioContext;
  readonly input: AudioNode;
  /** Peak of the last moments per channel, linear; 1 is full scale. */
  readonly peaks: () => readonly [number, number];
};

function meter(context: AudioContext, splitter: ChannelSplitterNode, channel: number): () => number {
  const analyser = context.createAnalyser();
  analyser.fftSize = 2048;
  splitter.connect(analyser, channel);
  const samples = new Float32Array(analyser.fftSize);
  return () => {
    analyser.getFloatTimeDomainData(samples);
    return samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
  };
}

function build(): AudioOutput {
  const context = new AudioContext({ sampleRate: 48_000, latencyHint: 'interactive' });
  const input = context.createGain();
  const splitter = context.createChannelSplitter(2);
  input.connect(splitter);
  input.connect(context.destination);
  const [left, right] = [meter(context, splitter, 0), meter(context, splitter, 1)];
  return { context, input, peaks: () => [left(), right()] };
}

/** The window's one output. Browsers let sound start only after the user did something: call `wake` from a gesture. */
export interface AudioSwitch {
  wake(): void;
  /** The output once it really runs. */
  running(): AudioOutput | undefined;
}

/** Builds the output on the first `wake`; a machine without a sound device has none and the wall clock leads. */
export function createAudioSwitch(): AudioSwitch {
  let output: AudioOutput | undefined;
  return {
    wake() {
      try {
        output ??= build();
      } catch {
        return;
      }
      output.context.resume().catch(() => undefined);
    },
    running: () => (output?.context.state === 'running' ? output : undefined),
  };
}
