/** Project, workspaces, jobs, command field. */
export function TitleBar() {
  return <header className="flex h-8 shrink-0 items-center bg-g3 px-3 text-ui text-g10">Montage</header>;
}
