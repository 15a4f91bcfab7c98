import { useState } from "react";

import { mediaAddress } from "../address";
import { asText } from "../reading";
import type { KindProps } from "../surface";
import { useSurface, useValue } from "../surface";

export function Picture({ branch }: KindProps<"image">) {
  const { alt, width, height } = branch.node.kind;
  const { plugin, locale } = useSurface();
  const source = asText(useValue(branch.node.value), locale);
  const address = mediaAddress(plugin, source);
  const [failed, setFailed] = useState<string | null>(null);
  const size = { width: width || undefined, height: height || undefined };
  if (source === "") return null;
  if (address === null || failed === address) {
    return (
      <span role="img" aria-label={alt} className="drawn-image drawn-image-missing" style={size}>
        {alt}
      </span>
    );
  }
  return (
    <img
      className="drawn-image"
      src={address}
      alt={alt}
      style={size}
      decoding="async"
      referrerPolicy="no-referrer"
      draggable={false}
      onError={() => setFailed(address)}
    />
  );
}
