/**
 * Queries with the files that answer them, from what MANIFEST.json says of each file ('what_it_is_good_for', 'ground_truth'),
 * with what it does not say but shows: His Girl Friday is black and white, the crowd of the marathon is people, the man with
 * the dog is a man. Names of files are hidden from the search.
 */
export type LabelledQuery = {
  readonly text: string;
  /** What a system without an image–text model could know it by; 'none': only a picture that is understood. */
  readonly by: 'objects' | 'faces' | 'scores' | 'words' | 'none';
  readonly files: readonly string[];
};

export const SEARCHED_FILES = [
  'video/bbb_1080p60_2s_5_1.mp4',
  'video/his_girl_friday_dialogue.mp4',
  'video/two_men_meeting_room_720p_noaudio.webm',
  'video/foreman_remake_hevc_720p_23976.mp4',
  'video/carphone_qcif_2997.mp4',
  'video/face_selfie_1080x720_noaudio.mp4',
  'video/asl_book_person_480p.mkv',
  'video/three_people_walk_up_480x270.gif',
  'video/cars_overhead_12_5fps.mp4',
  'video/traffic_720p25_cfr.mp4',
  'video/rotated_270_720p_dog.mp4',
  'video/handheld_whip_pan_rot180_720p.mp4',
  'video/gyroflow_shaky_then_stabilised.mp4',
  'video/handheld_office_pan_blur.mp4',
  'video/handheld_desk_sharp.mp4',
  'video/cockatoo_444_20fps_mp3.mp4',
  'video/flower_timelapse_2997.mp4',
  'video/chaplin_bw_25fps.mp4',
  'video/plane_tilt_then_fade_out.mp4',
  'video/mov_1080p50_pcm.mov',
  'video/black_silent_25s.mp4',
  'video/woman_dog_outdoor_720p2997.mp4',
  'video/marathon_crowd_2997.mp4',
  'image/two_people_official_photo.jpg',
  'image/ivan_face_box.jpg',
  'image/portrait_same_person_a.jpg',
] as const;

/** Known words of sound files and films. */
export const SAID: Readonly<Record<string, string>> = {
  'audio/jfk_inaugural_11s.flac':
    'And so my fellow Americans ask not what your country can do for you, ask what you can do for your country.',
  'audio/ljspeech_LJ050-0131.wav':
    'unless a system is established for the frequent formal review of activities thereunder. In this regard',
  'audio/shakespeare_sonnet1_en_53s.mp3':
    "From fairest creatures we desire increase, That thereby beauty's rose might never die, But as the riper should by time decease, His tender heir might bear his memory.",
  'audio/spk1_snt1_2_87s.wav': 'The child almost hurt the small dog.',
  'audio/two_speakers_left_right_5s.wav':
    'He began a confused complaint against the wizard, who had vanished behind the curtain on the left. The horizon seems extremely distant.',
  'video/his_girl_friday_dialogue.mp4':
    "Hildy! How are you? Tell me, is the lord of the universe in? Yes, he's in - in a bad humor.",
};

export const LABELLED_QUERIES: readonly LabelledQuery[] = [
  {
    ...{ text: 'dog', by: 'objects' },
    files: ['video/rotated_270_720p_dog.mp4', 'video/woman_dog_outdoor_720p2997.mp4', 'audio/spk1_snt1_2_87s.wav'],
  },
  {
    text: 'woman with a dog',
    by: 'objects',
    files: ['video/woman_dog_outdoor_720p2997.mp4', 'video/rotated_270_720p_dog.mp4'],
  },
  { text: 'cars', by: 'objects', files: ['video/cars_overhead_12_5fps.mp4', 'video/traffic_720p25_cfr.mp4'] },
  {
    text: 'traffic on a motorway',
    by: 'objects',
    files: ['video/cars_overhead_12_5fps.mp4', 'video/traffic_720p25_cfr.mp4'],
  },
  { text: 'airplane', by: 'objects', files: ['video/plane_tilt_then_fade_out.mp4'] },
  { text: 'a parrot', by: 'objects', files: ['video/cockatoo_444_20fps_mp3.mp4'] },
  { text: 'flower', by: 'objects', files: ['video/flower_timelapse_2997.mp4'] },
  { text: 'crowd', by: 'objects', files: ['video/marathon_crowd_2997.mp4'] },
  {
    ...{ text: 'two people', by: 'faces' },
    files: [
      'video/two_men_meeting_room_720p_noaudio.webm',
      'video/chaplin_bw_25fps.mp4',
      'image/two_people_official_photo.jpg',
      'video/his_girl_friday_dialogue.mp4',
    ],
  },
  {
    ...{ text: 'close-up of a face', by: 'faces' },
    files: [
      'video/face_selfie_1080x720_noaudio.mp4',
      'video/carphone_qcif_2997.mp4',
      'video/foreman_remake_hevc_720p_23976.mp4',
      'image/portrait_same_person_a.jpg',
    ],
  },
  {
    text: 'black and white',
    by: 'scores',
    files: ['video/chaplin_bw_25fps.mp4', 'video/his_girl_friday_dialogue.mp4'],
  },
  { text: 'black screen', by: 'scores', files: ['video/black_silent_25s.mp4'] },
  {
    text: 'dark',
    by: 'scores',
    files: ['video/mov_1080p50_pcm.mov', 'video/rotated_270_720p_dog.mp4', 'video/black_silent_25s.mp4'],
  },
  {
    ...{ text: 'shaky', by: 'scores' },
    files: [
      'video/gyroflow_shaky_then_stabilised.mp4',
      'video/handheld_whip_pan_rot180_720p.mp4',
      'video/handheld_office_pan_blur.mp4',
    ],
  },
  {
    text: 'blurry',
    by: 'scores',
    files: ['video/handheld_office_pan_blur.mp4', 'video/handheld_whip_pan_rot180_720p.mp4'],
  },
  {
    ...{ text: 'static shot with cars', by: 'scores' },
    files: ['video/cars_overhead_12_5fps.mp4', 'video/traffic_720p25_cfr.mp4'],
  },
  { text: 'ask what you can do', by: 'words', files: ['audio/jfk_inaugural_11s.flac'] },
  { text: 'fellow American', by: 'words', files: ['audio/jfk_inaugural_11s.flac'] },
  { text: '"lord of the universe"', by: 'words', files: ['video/his_girl_friday_dialogue.mp4'] },
  { text: 'complaints against a wizard', by: 'words', files: ['audio/two_speakers_left_right_5s.wav'] },
  { text: "beauty's roses", by: 'words', files: ['audio/shakespeare_sonnet1_en_53s.mp3'] },
  { text: 'formal reviews', by: 'words', files: ['audio/ljspeech_LJ050-0131.wav'] },
  { text: 'a runner', by: 'none', files: ['video/marathon_crowd_2997.mp4'] },
  { text: 'sign language', by: 'none', files: ['video/asl_book_person_480p.mkv'] },
  { text: 'whiteboard in an office', by: 'none', files: ['video/two_men_meeting_room_720p_noaudio.webm'] },
  { text: 'patriotic duty', by: 'none', files: ['audio/jfk_inaugural_11s.flac'] },
  { text: 'concert at night', by: 'none', files: ['video/mov_1080p50_pcm.mov'] },
];
