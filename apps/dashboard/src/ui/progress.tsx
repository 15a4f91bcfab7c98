/** How far something has come; without `value`, only that it goes on. */
export function Progress(props: { label: string; value?: number | undefined; most: number }) {
  const { label, value, most } = props;
  return (
    <progress
      aria-label={label}
      max={Math.max(most, 1)}
      {...(value !== undefined && { value: Math.min(value, most) })}
      className={
        "h-2 w-full appearance-none overflow-hidden rounded-full bg-raised accent-accent " +
        "[&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-raised [&::-webkit-progress-value]:bg-accent"
      }
    />
  );
}
