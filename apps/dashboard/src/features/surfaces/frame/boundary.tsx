import { Component, type ReactNode } from "react";

/** Keeps what goes wrong in one drawing inside its frame. */
export class Boundary extends Component<
  { children: ReactNode; instead: (again: () => void) => ReactNode },
  { failed: boolean }
> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed
      ? this.props.instead(() => this.setState({ failed: false }))
      : this.props.children;
  }
}
