const KEY = 'montage.theme';

/** Dark unless the user switched. */
export function restoreTheme(view: Window): void {
  if (view.localStorage.getItem(KEY) === 'light') view.document.documentElement.dataset['theme'] = 'light';
}

export function toggleTheme(view: Window): void {
  const { dataset } = view.document.documentElement;
  dataset['theme'] = dataset['theme'] === 'light' ? 'dark' : 'light';
  view.localStorage.setItem(KEY, dataset['theme']);
}
