import type { AnchorHTMLAttributes, MouseEvent } from "react";
import { navigate } from "../lib/history";
import { address } from "../lib/root";

interface Props extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> {
  /** A path of the UI with its query. */
  to: string;
  replace?: boolean;
}

/** A real link that stays inside the page on a plain click. */
export function Link({ to, replace = false, onClick, ...rest }: Props) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (event.defaultPrevented || event.button !== 0 || modified) return;
    event.preventDefault();
    navigate(to, { replace });
  };
  return <a {...rest} href={address(to)} onClick={follow} />;
}
